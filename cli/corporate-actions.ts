/** Splits and dividends for a run: from a file, or told from a column of adjusted closes. */

import { readFile } from 'node:fs/promises';
import { actionsFromCloses, actionsFromFactors, ConfigMistake, Fields, parseFactorRows, parseTime } from '#domain';
import type { Bars, CorporateAction } from '#domain';
import { UsageError } from './usage-error.ts';

interface ActionSource {
  /** `adjusted`, or a file: Lean's factors as CSV, or JSON `[{ "type": "split", "time": "2014-03-27", "ratio": 2 }, …]`. */
  readonly source: string;
  readonly bars: Bars;
  readonly adjustedClose: Float64Array | null;
}

/** The actions, in order of time. Throws {@link UsageError}, ConfigMistake and MarketDataMistake. */
export const readActions = async ({
  source,
  bars,
  adjustedClose,
}: ActionSource): Promise<readonly CorporateAction[]> => {
  if (source === 'adjusted') {
    if (adjustedClose === null)
      throw new UsageError(
        'option-value',
        '--actions adjusted: the file has no column of adjusted closes.',
        'Give a file with splits and dividends instead.',
      );
    return actionsFromCloses({ time: bars.time, close: bars.close, adjustedClose });
  }
  const text = await readFile(source, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UsageError(
      'file-unreadable',
      `--actions: ${source} can't be read: ${error.message}.`,
      'Name a file of splits and dividends, or write --actions adjusted.',
      { cause: error },
    );
  });
  if (!/^\s*\[/.test(text)) return actionsFromFactors(parseFactorRows(text), bars);
  return parseActions(source, text);
};

const parseActions = (source: string, text: string): readonly CorporateAction[] => {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (error) {
    throw new UsageError(
      'file-json',
      `--actions: ${source} is not JSON: ${(error as Error).message}.`,
      'Check the file with a JSON editor.',
      { cause: error },
    ); // JSON.parse throws SyntaxError
  }
  const items: readonly unknown[] = Array.isArray(list) ? list : [];
  return items.map((item, i) => parseAction(item, `actions[${i}]`)).toSorted((a, b) => a.time - b.time);
};

const parseAction = (item: unknown, path: string): CorporateAction => {
  const fields = new Fields(item, path, ['type', 'time', 'ratio', 'amount']);
  const text = fields.text('time', '');
  const time = parseTime(text);
  if (Number.isNaN(time))
    throw new ConfigMistake(`${path}.time`, `"${text}" is no time.`, 'Write for example "2014-03-27".');
  if (fields.choice('type', ['split', 'dividend'], 'split') === 'split')
    return { type: 'split', time, ratio: fields.number('ratio', 1, { above: 0 }) };
  return { type: 'dividend', time, amount: fields.number('amount', 0, { min: 0 }) };
};
