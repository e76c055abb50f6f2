/** What may be set for the whole cluster while it runs: one table that is read, checked and listed. */

interface Setting<T> {
  readonly help: string;
  /** As a person would write it; null: as the environment of each node says. */
  readonly byDefault: string | null;
  /** Of a value, in words: after "is not". */
  readonly needed: string;
  readonly example: string;
  /** undefined: the text is no value. */
  readonly read: (text: string) => T | undefined;
  /** What counts while nothing is set. */
  readonly unset: T;
}

const wholeNumber = (
  help: string,
  { least, most, byDefault }: { readonly least: number; readonly most: number; readonly byDefault: number },
): Setting<number> => ({
  help,
  byDefault: String(byDefault),
  needed: `a whole number from ${least} to ${most}`,
  example: String(byDefault),
  read: (text) => {
    const value = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
    return value >= least && value <= most ? value : undefined;
  },
  unset: byDefault,
});

const oneOf = <T extends string, U extends T | null>(
  help: string,
  options: readonly T[],
  unset: U,
): Setting<T | U> => ({
  help,
  byDefault: unset,
  needed: `one of ${options.join(', ')}`,
  example: options[0] ?? '',
  read: (text) => options.find((option) => option === text),
  unset,
});

export const clusterSettings = {
  'placement.movesPerRound': wholeNumber('Shards that are given to another node at a time', {
    least: 1,
    most: 1_024,
    byDefault: 32,
  }),
  'placement.settleSeconds': wholeNumber('How long the members must stay the same before shards are moved', {
    least: 0,
    most: 3_600,
    byDefault: 20,
  }),
  'placement.rebalancing': oneOf(
    'off: shards stay where they are, but for those of nodes that are gone',
    ['on', 'off'],
    'on',
  ),
  'backtests.runningPerUserMax': wholeNumber('Places that one user may have at work at once; 0: no bound', {
    least: 0,
    most: 100_000,
    byDefault: 0,
  }),
  'backtests.waitingPerUserMax': wholeNumber('Backtests and batches of one user that may wait for a place', {
    least: 1,
    most: 200_000,
    byDefault: 20_000,
  }),
  'log.level': oneOf('What is logged; not set: as XTRADING_LOG says', ['error', 'warn', 'info', 'debug'], null),
  registration: oneOf('Whether anybody may register; not set: as XTRADING_REGISTRATION says', ['open', 'closed'], null),
} as const satisfies Readonly<Record<string, Setting<unknown>>>;

export type ClusterSettingName = keyof typeof clusterSettings;
export type ClusterSettingValue<N extends ClusterSettingName> = (typeof clusterSettings)[N]['unset'];

// exactly the keys written above
export const clusterSettingNames = Object.keys(clusterSettings) as readonly ClusterSettingName[];

export const isClusterSetting = (name: string): name is ClusterSettingName => Object.hasOwn(clusterSettings, name);
