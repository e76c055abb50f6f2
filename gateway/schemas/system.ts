/** The tree of the running system as operators get it. */

import { Type } from 'typebox';
import type { TUnsafe } from 'typebox';
import type { OnWire } from '../wire.ts';
import type { SystemView } from '#actors';
import { choice, Instant, nullable } from './basics.ts';

const Status = choice(
  ['waiting', 'starting', 'running', 'backing-off', 'stopping', 'stuck', 'stopped', 'completed', 'failed'],
  { description: 'backing-off: it has failed and is started again in a moment; stuck: told to end, it has not.' },
);

const common = {
  name: Type.String(),
  status: Status,
  restarts: Type.Integer({ description: 'How often it was started again; of a kind, how often one of its actors.' }),
  lastFailure: nullable(Type.Object({ message: Type.String(), at: Instant })),
};

const ServiceNode = Type.Object({ type: choice(['service']), ...common }, { title: 'ServiceNode' });

const KindNode = Type.Object(
  {
    type: choice(['kind']),
    ...common,
    resident: Type.Integer({ description: 'Actors in memory' }),
    mailboxMessages: Type.Integer(),
    mailboxBytes: Type.Integer(),
    quarantined: Type.Integer({ description: 'Actors that wait for an operator' }),
  },
  { title: 'KindNode' },
);

/** A supervisor among its own children: a reference into the description of the API, where it stands once. */
const Inner: TUnsafe<OnWire<SystemView>> = Type.Unsafe({ $ref: '#/components/schemas/SupervisorNode' });

export const SupervisorNode = Type.Object(
  {
    type: choice(['supervisor']),
    ...common,
    strategy: choice(['one-for-one', 'one-for-all', 'rest-for-one'], {
      description: 'Which children are started again when one fails.',
    }),
    children: Type.Array(Type.Union([Inner, ServiceNode, KindNode])),
  },
  { title: 'SupervisorNode' },
);

/** What references in schemas mean. */
export const componentSchemas = { SupervisorNode };
