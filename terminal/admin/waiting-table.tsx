/** Messages between actors that have not been answered: the oldest ones, why, and a way to have one tried at once. */

import type { WaitingMessage } from '#sdk';
import { Link } from '../app/link.tsx';
import { tell } from '../app/toasts.tsx';
import { showNumber } from '../format/numbers.ts';
import { showAgo, showTime } from '../format/times.ts';
import { otherProblem, useAction } from '../parts/use-action.ts';
import { client, may } from '../session/session.ts';
import { actorPath } from './actor-paths.ts';

interface WaitingTableProps {
  readonly total: number;
  /** The oldest of them. */
  readonly messages: readonly WaitingMessage[];
  readonly onChange: () => void;
}

export const WaitingTable = ({ total, messages, onChange }: WaitingTableProps) => (
  <div role="region" aria-label="Messages that wait">
    <div class="panel-head">
      <h2>
        {showNumber(total, 0)} {total === 1 ? 'message waits' : 'messages wait'} to be answered
      </h2>
      <span class="muted">{messages.length < total && `These are the ${messages.length} oldest.`}</span>
    </div>
    <div class="table-place">
      <table>
        <thead>
          <tr>
            <th>To</th>
            <th>Command</th>
            <th>Since</th>
            <th class="number">Attempts</th>
            <th>Next</th>
            <th>Last failure</th>
            <th />
          </tr>
        </thead>
        <tbody>
          {messages.map((message) => (
            <WaitingRow key={message.id} message={message} onChange={onChange} />
          ))}
        </tbody>
      </table>
    </div>
  </div>
);

const WaitingRow = ({
  message: { id, recipient, command, since, delivery },
  onChange,
}: {
  readonly message: WaitingMessage;
  readonly onChange: () => void;
}) => {
  const { run, isBusy, failure } = useAction();
  const problem = otherProblem(failure, []);
  const failed = delivery?.lastFailure ?? null;
  const next = delivery?.nextAttemptAt ?? null;
  const retry = (): void =>
    run(async () => {
      await client.system.retryMessage(id);
      onChange();
      tell('good', `${command} is being tried`, `${recipient.kind} ${recipient.id}`);
    });
  return (
    <tr>
      <td>
        <Link to={actorPath(recipient)}>
          <b>{recipient.kind}</b> {recipient.id}
        </Link>
      </td>
      <td title={id}>{command}</td>
      <td class="time">{since !== null && showAgo(since)}</td>
      <td class="number">{delivery !== null && showNumber(delivery.attempts, 0)}</td>
      <td class="time">{next !== null && showTime(next)}</td>
      <td class={`failure-text ${problem === null ? 'muted' : 'down'}`} title={problem ?? failed?.message}>
        {problem ?? (failed === null ? '' : `${failed.code ?? 'defect'}: ${failed.message}`)}
      </td>
      <td class="actions">
        {may('system:manage') && (
          <button type="button" class="small" disabled={isBusy} aria-label={`Retry ${command}`} onClick={retry}>
            Retry
          </button>
        )}
      </td>
    </tr>
  );
};
