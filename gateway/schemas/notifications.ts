/** What the API takes and shows of notifications. */

import { Type } from 'typebox';
import { choice, closed, Id, Instant, nullable } from './basics.ts';
import { RoleName } from './users.ts';

const kinds = [
  'backtest.completed',
  'backtest.failed',
  'backtest.cancelled',
  'batch.completed',
  'deployment.failed',
  'order.filled',
  'order.rejected',
  'import.completed',
  'import.failed',
  'account.security',
  'message',
] as const;

export const Notification = Type.Object(
  {
    id: Type.String(),
    kind: choice(kinds),
    title: Type.String(),
    text: Type.String(),
    about: Type.Record(Type.String(), Type.String(), {
      description: 'Ids of what it is about, for links.',
      examples: [{ backtestId: '9q4e2a7c5k1m8v3r' }],
    }),
    at: Instant,
    readAt: nullable(Instant),
  },
  { title: 'Notification' },
);

/** As many as an inbox knows; who has more marks all. */
const idsMax = 256;

export const MarkRead = closed({
  ids: Type.Union([Type.Array(Id, { minItems: 1, maxItems: idsMax }), Type.Literal('all')], {
    description: 'Ids of notifications, or "all".',
  }),
});

export const Message = closed({
  to: Type.Union([closed({ userId: Id }), closed({ role: RoleName }), Type.Literal('all')], {
    description: 'One user, all active users of a role, or all active users.',
  }),
  title: Type.String({ minLength: 1, maxLength: 200 }),
  text: Type.String({ minLength: 1, maxLength: 4_000 }),
});
