/** What became of the mails of the node that answers, and of the last one that any node has given up. */

import type { MailReport } from '#sdk';
import { Link } from '../app/link.tsx';
import { showNumber } from '../format/numbers.ts';
import { showAgo } from '../format/times.ts';
import { actorPath } from './actor-paths.ts';

export const MailNote = ({ mail }: { readonly mail: MailReport }) => {
  const { sent, failedAttempts, givenUp, lastFailure, lastGivenUp } = mail;
  const isWell = lastFailure === null && lastGivenUp === null;
  return (
    <p class="all-well" role="note" aria-label="Mail">
      <span class={`light ${isWell ? 'live' : 'failed'}`} />
      <span>
        Mails of this node since its start: sent {showNumber(sent, 0)}, attempts that failed{' '}
        {showNumber(failedAttempts, 0)}
        {lastFailure !== null && ` (the last one ${showAgo(lastFailure.at)}: ${lastFailure.code})`}, given up{' '}
        {showNumber(givenUp, 0)}.
        {lastGivenUp !== null && (
          <>
            {' '}
            The last one that any node gave up, {showAgo(lastGivenUp.at)}, was to the{' '}
            <Link to={actorPath({ kind: 'user', id: lastGivenUp.userId })}>user {lastGivenUp.userId}</Link>.
          </>
        )}
      </span>
    </p>
  );
};
