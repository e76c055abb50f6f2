import { expect, test } from 'vitest';
import type { ClickHouse } from './clickhouse.ts';
import { Columns } from './native-format.ts';
import { revisionOf } from './revision.ts';

interface Part {
  readonly hash: string;
  readonly kind?: string;
}

/** Of a table whose parts are these. */
const revision = (interval: '1m' | '1d', parts: readonly Part[]): Promise<string | null> => {
  const texts = (values: readonly string[]) => ({ type: 'String', values }) as const;
  const columns = new Map([
    ['hash', texts(parts.map(({ hash }) => hash))],
    ['kind', texts(parts.map(({ kind = 'ReplacingMergeTree' }) => kind))],
  ]);
  const never = () => Promise.reject(new Error('It only asks.'));
  const select: ClickHouse['select'] = () => Promise.resolve(new Columns(parts.length, columns));
  const clickHouse = { select, command: never, insert: never, close: never };
  return revisionOf(clickHouse, { symbol: 'KO', interval, from: 0, to: 1 });
};

const [a, b] = [{ hash: 'a' }, { hash: 'b' }];

test('a revision is that of the parts in their order, and of the interval', async () => {
  const same = await revision('1m', [a, b]);
  expect(same).toMatch(/^[0-9a-f]{64}$/);
  expect(await revision('1m', [a, b])).toBe(same);
  const others = [await revision('1m', [b, a]), await revision('1m', [a]), await revision('1d', [a, b])];
  expect(new Set([same, ...others, await revision('1m', [])]).size).toBe(5);
});

test('there is none where a part is hidden, or the table is one of several copies', async () => {
  expect(await revision('1m', [a, { hash: '' }])).toBeNull();
  expect(await revision('1m', [{ hash: '', kind: '' }])).toBeNull();
  expect(await revision('1m', [{ hash: 'a', kind: 'ReplicatedReplacingMergeTree' }])).toBeNull();
});
