/** The members of a batch, best first by the statistic of one's choice. A click runs one in full. */

import { useState } from 'preact/hooks';
import type { Batch, BatchMember } from '#sdk';
import { tellProblem } from '../app/toasts.tsx';
import { directionOf } from '../format/numbers.ts';
import { Empty, Show } from '../parts/states.tsx';
import { useLoaded, useReload } from '../parts/use-loaded.ts';
import { client, may } from '../session/session.ts';
import { runInFull } from './run-in-full.ts';
import { showStatistic, wordsOf } from './statistic-words.ts';

const pageRows = 100;
const columns = ['return', 'cagr', 'sharpe', 'sortino', 'maxDrawdown', 'profitFactor', 'winRate', 'trades'];

export const RankingTable = ({ view }: { readonly view: Batch }) => {
  const { id, done, failed } = view;
  const [rankBy, setRankBy] = useState(view.rankBy);
  const [more, setMore] = useState<readonly BatchMember[]>([]);
  const ask = (cursor?: string) =>
    client.backtests.ranking(id, { rankBy, limit: pageRows, ...(cursor === undefined ? {} : { cursor }) });
  const ranking = useLoaded(() => {
    setMore([]);
    return ask();
  }, [id, rankBy]);
  useReload(ranking.reload, done + failed);
  const shown = columns.includes(view.rankBy) ? columns : [view.rankBy, ...columns];
  return (
    <Show of={ranking}>
      {(page) => {
        const { data, nextCursor } = page;
        const members = [...data, ...more];
        if (members.length === 0) return <Empty title="No member has a result." />;
        const names = [...new Set(members.flatMap(({ params }) => Object.keys(params)))];
        const hasSymbols = new Set(members.map(({ symbols }) => symbols.join())).size > 1;
        return (
          <>
            <div class="table-place tall">
              <table>
                <thead>
                  <tr>
                    <th class="number">#</th>
                    {hasSymbols && <th>Symbol</th>}
                    {names.map((name) => (
                      <th key={name} class="number">
                        {name}
                      </th>
                    ))}
                    {shown.map((key) => (
                      <th key={key} class="number" {...(key === rankBy ? { 'aria-sort': 'descending' as const } : {})}>
                        <button
                          type="button"
                          class="sort"
                          title={`Rank by ${wordsOf(key).title}`}
                          onClick={() => setRankBy(key)}
                        >
                          {wordsOf(key).title}
                          {key === rankBy && ' ▾'}
                        </button>
                      </th>
                    ))}
                    <th />
                  </tr>
                </thead>
                <tbody>
                  {members.map((member, place) => (
                    <MemberRow
                      key={member.index}
                      batchId={id}
                      member={member}
                      place={place + 1}
                      names={names}
                      columns={shown}
                      hasSymbols={hasSymbols}
                    />
                  ))}
                </tbody>
              </table>
            </div>
            {nextCursor !== null && (
              <div class="pages">
                <button
                  type="button"
                  class="small"
                  onClick={() => {
                    ask(nextCursor).then(
                      (next) => {
                        setMore((before) => [...before, ...next.data]);
                        ranking.replace({ ...page, nextCursor: next.nextCursor });
                      },
                      (error: unknown) => tellProblem('More could not be listed', error),
                    );
                  }}
                >
                  Show more
                </button>
              </div>
            )}
          </>
        );
      }}
    </Show>
  );
};

interface MemberRowProps {
  readonly batchId: string;
  readonly member: BatchMember;
  readonly place: number;
  readonly names: readonly string[];
  readonly columns: readonly string[];
  readonly hasSymbols: boolean;
}

const MemberRow = (props: MemberRowProps) => {
  const { batchId, member, place, names, columns: keys, hasSymbols } = props;
  const { statistics, failure } = member;
  return (
    <tr>
      <td class="number muted">{place}</td>
      {hasSymbols && <td>{member.symbols.join(', ')}</td>}
      {names.map((name) => (
        <td key={name} class="number">
          {String(member.params[name] ?? '')}
        </td>
      ))}
      {statistics === null ? (
        <td colSpan={keys.length} class="down wrap">
          {failure ?? 'It has no result.'}
        </td>
      ) : (
        keys.map((key) => (
          <td key={key} class={`number ${key === 'return' ? directionOf(statistics[key] ?? null) : ''}`}>
            {showStatistic(key, statistics[key])}
          </td>
        ))
      )}
      <td class="actions">
        {may('backtests:write') && (
          <button type="button" class="small" onClick={() => runInFull(batchId, member.index)}>
            Run in full
          </button>
        )}
      </td>
    </tr>
  );
};
