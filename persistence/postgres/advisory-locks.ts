/**
 * The numbers under which programs lock each other out in one database: any, the same in all versions
 * of the program, and each for one purpose. `journal.ownership_lock()` of the migrations has 7264003.
 */
export const advisoryLocks = {
  migrations: 7_264_002,
  lists: 7_264_004,
  firstStart: 7_264_005,
  sharedEngine: 7_264_006,
} as const;
