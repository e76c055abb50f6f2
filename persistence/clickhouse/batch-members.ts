/** What batches keep of their members, and their ranking. */

import type { MemberResult, MemberScores, Results } from '#ports';
import type { ClickHouse } from './clickhouse.ts';
import { exactJson, exactNumberIn, parseExactJson } from './exact-json.ts';
import type { Columns } from './native-format.ts';

export const openBatchMembers = (clickHouse: ClickHouse): Pick<Results, 'storeMembers' | 'rank'> & MemberScores => ({
  async storeMembers(attemptId, batchId, members) {
    if (members.length === 0) return;
    await clickHouse.insert({
      table: 'batch_member',
      constants: { batch_id: batchId, attempt_id: attemptId },
      columns: {
        number: { type: 'Float64', values: Float64Array.from(members, ({ index }) => index) },
        params: { type: 'String', values: members.map(({ params }) => exactJson(params)) },
        symbols: { type: 'String', values: members.map(({ symbols }) => exactJson(symbols)) },
        statistics: {
          type: 'Nullable(String)',
          values: members.map(({ statistics }) => (statistics === null ? null : exactJson(statistics))),
        },
        trade_hash: { type: 'Nullable(String)', values: members.map(({ tradeHash }) => tradeHash) },
        failure: { type: 'Nullable(String)', values: members.map(({ failure }) => failure) },
        equity: { type: 'String', values: members.map(({ equity }) => textOfFloats(equity)) },
      },
    });
  },

  async rank(batchId, { attemptIds, statistic, ascending, offset, limit }) {
    const parameters = { batchId, attemptIds, statistic, offset, limit };
    const total = await clickHouse.select(`SELECT toFloat64(count()) AS members ${ofAttempts}`, parameters);
    const order = `ORDER BY score IS NULL, statistics IS NULL, score ${ascending ? 'ASC' : 'DESC'}, number, attempt_id`;
    // The page is found by the statistic alone; only its members are read whole.
    const page = await clickHouse.select(
      `SELECT toFloat64(number) AS member, params, symbols, statistics, trade_hash, failure, equity, ${score} AS score
       ${ofAttempts} AND (attempt_id, number) IN (
         SELECT attempt_id, number FROM (
           SELECT attempt_id, number, statistics, ${score} AS score ${ofAttempts} ${order}
           LIMIT {limit:UInt64} OFFSET {offset:UInt64}))
       ${order}`,
      parameters,
    );
    return { members: membersOf(page), total: total.numbers('members')[0] ?? 0 };
  },

  async scores(batchId, { attemptIds, statistic }) {
    const found = await clickHouse.select(
      `SELECT member, assumeNotNull(score) AS value FROM (
         SELECT toFloat64(number) AS member, ${score} AS score ${ofAttempts}) WHERE score IS NOT NULL`,
      { batchId, attemptIds, statistic },
    );
    return { index: found.numbers('member'), score: found.numbers('value') };
  },
});

const ofAttempts = `FROM batch_member FINAL
  WHERE batch_id = {batchId:String} AND attempt_id IN {attemptIds:Array(String)}`;

const score = exactNumberIn('statistics', '{statistic:String}');

const membersOf = (found: Columns): readonly MemberResult[] => {
  const [params, symbols, equity] = [found.texts('params'), found.texts('symbols'), found.texts('equity')];
  const statistics = found.nullableTexts('statistics');
  const [hashes, failures] = [found.nullableTexts('trade_hash'), found.nullableTexts('failure')];
  return Array.from(found.numbers('member'), (index, i): MemberResult => {
    const text = statistics[i] ?? null;
    return {
      index,
      // All of it was written from a MemberResult, by `storeMembers` above.
      params: parseExactJson(params[i] ?? '') as MemberResult['params'],
      symbols: parseExactJson(symbols[i] ?? '') as MemberResult['symbols'],
      statistics: text === null ? null : (parseExactJson(text) as MemberResult['statistics']),
      tradeHash: hashes[i] ?? null,
      failure: failures[i] ?? null,
      equity: floatsOfText(equity[i] ?? ''),
    };
  });
};

/** The curves are most of what a batch keeps; as digits they would take ten times as long. */
const textOfFloats = (values: readonly number[]): string =>
  Buffer.from(Float64Array.from(values).buffer).toString('base64');

const floatsOfText = (text: string): number[] => {
  const bytes = Uint8Array.from(Buffer.from(text, 'base64'));
  return [...new Float64Array(bytes.buffer)];
};
