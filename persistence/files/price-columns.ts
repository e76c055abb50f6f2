/** Which column of a file holds what, told from the names that vendors use. */

/** What a column can mean to us. `clock` is a time of day beside a date in `time`. */
export const columnRoles = [
  'time',
  'clock',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'adjustedClose',
  'symbol',
] as const;

export type ColumnRole = (typeof columnRoles)[number];

/** Per role: the index of its column, where the file has one. */
export type ColumnPlaces = Readonly<Partial<Record<ColumnRole, number>>>;

/**
 * Names in order of preference, in lower case without anything but letters and digits. Several
 * columns may fit (`unix` and `date`, `Close` and `Adj Close`, `Volume BTC` and `Volume USDT`).
 */
const names: Readonly<Record<ColumnRole, readonly string[]>> = {
  time: [
    'unix',
    'unixtimestamp',
    'opentime',
    'timestamp',
    'datetime',
    'gmttime',
    'localtime',
    'dateutc',
    'dategmt',
    'timestamputc',
    'timeutc',
    'date',
    'dtyyyymmdd',
    'yyyymmdd',
    'tradingday',
    'tradedate',
    'day',
    'time',
    'ts',
    't',
    'dt',
    'starttime',
    'candlebegintime',
    'period',
    'begin',
  ],
  clock: ['time', 'hhmmss', 'timeofday', 'hour'],
  open: ['open', 'o', 'openprice', 'first'],
  high: ['high', 'h', 'highprice', 'max'],
  low: ['low', 'l', 'lowprice', 'min'],
  close: ['close', 'c', 'closeprice', 'closelast', 'last', 'price', 'lastprice', 'value', 'settle'],
  volume: [
    'volume',
    'vol',
    'v',
    'volumebtc',
    'totalvolume',
    'tradedvolume',
    'sharestraded',
    'tickvolume',
    'tickvol',
    'quantity',
  ],
  adjustedClose: ['adjclose', 'adjustedclose', 'closeadj', 'closeadjusted'],
  symbol: ['symbol', 'ticker', 'pair', 'sym', 'instrument', 'tic', 'name'],
};

/** Columns whose names look like a price's but are not. */
const otherNames: ReadonlySet<string> = new Set([
  'openinterest',
  'openint',
  'closetime',
  'quotevolume',
  'quoteassetvolume',
]);

/** `<Open>` → `open`, `Volume (BTC)` → `volumebtc`. */
export const bareName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '');

/** Whether a column's name says that it holds closes adjusted for splits and dividends. */
export const isAdjustedClose = (name: string): boolean =>
  names.adjustedClose.includes(bareName(name)) || placeByWord([name], 'adjustedClose') === 0;

/** Finds the columns by their names. */
export const placeByNames = (header: readonly string[]): ColumnPlaces => {
  const bare = header.map(bareName);
  const places: Partial<Record<ColumnRole, number>> = {};
  for (const role of ['time', 'open', 'high', 'low', 'close', 'volume', 'adjustedClose', 'symbol'] as const) {
    const exact = names[role].map((name) => bare.indexOf(name)).find((index) => index >= 0);
    const place = exact ?? (role === 'time' || role === 'symbol' ? undefined : placeByWord(header, role));
    if (place !== undefined && !Object.values(places).includes(place)) places[role] = place;
  }
  // a time of day beside a date; `<PER>` and the like are not times
  if (
    places.time !== undefined &&
    ['date', 'dtyyyymmdd', 'yyyymmdd', 'tradingday', 'tradedate', 'day'].includes(bare[places.time] ?? '')
  ) {
    const clock = names.clock.map((name) => bare.indexOf(name)).find((index) => index >= 0 && index !== places.time);
    if (clock !== undefined) places.clock = clock;
  }
  // pandas writes an index without a name
  if (places.time === undefined && bare[0] === '') places.time = 0;
  if (places.time === undefined) {
    const index = bare.findIndex((name) => name === 'index');
    if (index >= 0) places.time = index;
  }
  return places;
};

/** A column such as `GOOG.Open`, `SPY_close` or `Volume XRP`: one of its words is the role's. */
const placeByWord = (
  header: readonly string[],
  role: 'open' | 'high' | 'low' | 'close' | 'volume' | 'adjustedClose',
): number | undefined => {
  const index = header.findIndex((name) => {
    if (otherNames.has(bareName(name))) return false;
    const words = name.toLowerCase().split(/[^a-z0-9]+/);
    const adjusted = words.includes('adj') || words.includes('adjusted');
    if (role === 'adjustedClose') return adjusted && words.includes('close');
    return !adjusted && words.includes(role) && !words.includes('time') && !words.includes('interest');
  });
  return index < 0 ? undefined : index;
};
