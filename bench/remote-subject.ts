/** Where raw requests go. */
export const rawSubject = 'bench.raw';
