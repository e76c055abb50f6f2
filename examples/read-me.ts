/** The READMEs of the examples: their commands, and the numbers between markers that are written by `npm run examples:record`. */

import type { Commands, Outcome } from './run-example.ts';

const begin = '<!-- recorded -->';
const end = '<!-- /recorded -->';

/** The lines of all `sh` blocks, in order. */
const commandLines = (readMe: string): readonly string[] =>
  [...readMe.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, block = '']) => block.trim().split('\n'));

/** Data, backtest and search, which stand in this order. Throws where a README has not just these three. */
export const commandsOf = (readMe: string): Commands => {
  const lines = commandLines(readMe);
  const [data, backtest, search] = lines;
  if (data === undefined || backtest === undefined || search === undefined || lines.length !== 3) {
    throw new Error(`A README has three commands, data, backtest and search; this one has ${lines.length}.`);
  }
  return { data, backtest, search };
};

/** The text between the markers. */
export const recordedPart = (readMe: string): string =>
  readMe.slice(readMe.indexOf(begin) + begin.length, readMe.indexOf(end)).trim();

/** The README with that text replaced. Throws where the markers are missing. */
export const withRecorded = (readMe: string, text: string): string => {
  const from = readMe.indexOf(begin);
  const to = readMe.indexOf(end);
  if (from < 0 || to < from) throw new Error(`The README lacks the markers ${begin} and ${end}.`);
  return `${readMe.slice(0, from + begin.length)}\n${text}\n${readMe.slice(to)}`;
};

/** What an example's README says of its run. */
export const outcomeText = ({ statistics, orders, tradeHash, lastLog }: Outcome): string =>
  [
    '| return | buy and hold | Sharpe | maximum drawdown | exposure | trades | win rate | fees |',
    '|---:|---:|---:|---:|---:|---:|---:|---:|',
    `| ${[
      percent(statistics['return']),
      percent(statistics['buyAndHoldReturn']),
      number(statistics['sharpe']),
      percent(statistics['maxDrawdown']),
      percent(statistics['exposure']),
      number(statistics['trades'], 0),
      percent(statistics['winRate']),
      number(statistics['fees'], 0),
    ].join(' | ')} |`,
    '',
    `Orders: ${Object.entries(orders)
      .map(([kind, count]) => `${count} ${kind}`)
      .join(', ')}.`,
    ...(lastLog === null ? [] : ['', `The log ends with \`${lastLog}\`.`]),
    '',
    `Trade hash \`${tradeHash}\`.`,
  ].join('\n');

/** The table of the index: idea and features from each README's own first lines, data from its command, result from its run. */
export const indexText = (
  examples: readonly { readonly name: string; readonly readMe: string; readonly outcome: Outcome }[],
): string =>
  [
    '| example | idea | shows | data | return | Sharpe | trades |',
    '|---|---|---|---|---:|---:|---:|',
    ...examples.map(({ name, readMe, outcome: { statistics } }) => {
      const { idea, shows } = headOf(readMe);
      const result = [percent(statistics['return']), number(statistics['sharpe']), number(statistics['trades'], 0)];
      return `| ${[`[${name}](${name}/README.md)`, idea, shows, dataOf(commandsOf(readMe).data), ...result].join(' | ')} |`;
    }),
  ].join('\n');

/** The first paragraph below the title, and the one that begins with "Shows:". Throws where one is missing. */
export const headOf = (readMe: string): { readonly idea: string; readonly shows: string } => {
  const [title, idea, shows] = readMe.split('\n\n');
  if (title?.startsWith('# ') !== true || idea === undefined || shows?.startsWith('Shows: ') !== true) {
    throw new Error('A README begins with a title, the idea in one sentence, and a paragraph "Shows: …".');
  }
  return { idea: idea.replace(/\.$/, ''), shows: shows.slice('Shows: '.length).replace(/\.$/, '') };
};

/** `stock 1d`, `crypto 5m`: the market and the timeframe of a data command, defaults included. */
const dataOf = (command: string): string => {
  const option = (name: string, byDefault: string): string =>
    new RegExp(`--${name} (\\S+)`).exec(command)?.[1] ?? byDefault;
  const symbols = command.split('--symbol').length - 1;
  return `${symbols > 1 ? `${symbols} × ` : ''}${option('market', 'stock')} ${option('timeframe', '1d')}`;
};

const percent = (value: number | null | undefined): string =>
  value == null ? 'n/a' : `${minus((value * 100).toFixed(1))} %`;

const number = (value: number | null | undefined, decimals = 2): string =>
  value == null ? 'n/a' : minus(value.toFixed(decimals));

const minus = (text: string): string => text.replace('-', '−');
