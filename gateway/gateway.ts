/** What routes work with: the parts from outside, what is made of them, and how an actor is asked. */

import type { FastifyBaseLogger, FastifyInstance, FastifyRequest, RawServerDefault } from 'fastify';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox';
import type {
  ActorSystem,
  Answer,
  AnyKind,
  Bus,
  Clock,
  CommandOf,
  Journal,
  Refusal,
  RefusalOf,
  ReplyTo,
} from '#actors';
import type {
  ClusterNodes,
  ClusterSettings,
  DeadLetters,
  EventPublishing,
  Exporter,
  GitObjects,
  History,
  IdempotencyStore,
  ImportSpool,
  JobRunner,
  KeyStore,
  ListCare,
  Lists,
  MailReport,
  MemberScores,
  ReportWriter,
  Results,
  SeriesCacheFigures,
  SharedBuckets,
} from '#ports';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { GuessedAddresses } from './auth/guessed-addresses.ts';
import type { Passwords } from './auth/passwords.ts';
import type { Revocations } from './auth/revocations.ts';
import type { SigningKeys } from './auth/signing-keys.ts';
import type { Tickets } from './auth/tickets.ts';
import type { Background } from './background.ts';
import type { Cursors } from './cursors.ts';
import { ProblemError, isProblemCode } from './errors.ts';
import type { Probe } from './health.ts';
import { commandIdOf } from './idempotency.ts';
import type { Metrics } from './metrics.ts';
import type { Principal } from './permissions.ts';
import type { RateLimits } from './rate-limits.ts';
import type { RecentWrites } from './recent-writes.ts';
import type { GatewaySettings } from './settings.ts';

/** All that the gateway needs from outside. */
export interface GatewayParts {
  readonly system: ActorSystem;
  readonly lists: Lists & ListCare;
  readonly history: History;
  readonly results: Results & MemberScores;
  readonly exporter: Exporter;
  readonly reports: ReportWriter;
  readonly keys: KeyStore;
  readonly gitObjects: GitObjects;
  readonly jobRunner: JobRunner;
  readonly idempotency: IdempotencyStore;
  /** Where uploads wait until they are imported. */
  readonly importSpool: ImportSpool;
  /** Who holds a claimed value: the user of an e-mail address. */
  readonly claims: Pick<Journal, 'claimant'>;
  /** The journal's identity: offsets of realtime channels count in it. */
  readonly epoch: string;
  /** Where publications of actors arrive, and gateways tell each other: in one process a bus, in a cluster NATS. */
  readonly publications: Pick<Bus, 'publish' | 'subscribe' | 'subscribeFamily' | 'onInterrupted'>;
  /** The built web terminal; null: none is served. */
  readonly terminalFolder: string | null;
  readonly probes: readonly Probe[];
  /** Where gateways count requests together; null: each counts its own. */
  readonly sharedBuckets: SharedBuckets | null;
  /** What became of this node's mails. */
  readonly mail: () => MailReport;
  /** Who else is there, and what they have to do. */
  readonly nodes: ClusterNodes;
  /** Absent: there are none to be set. */
  readonly config?: ClusterSettings;
  /** Absent: no series are kept on the disk. */
  readonly seriesCache?: () => SeriesCacheFigures;
  /** Absent: there is nothing that could not be told. */
  readonly deadLetters?: DeadLetters;
  /** Absent: nothing is told outside. */
  readonly publishing?: () => EventPublishing;
  readonly clock: Clock;
  readonly settings: GatewaySettings;
  /** Where defects are told of. */
  readonly logger: FastifyBaseLogger | null;
}

export interface Gateway {
  readonly parts: GatewayParts;
  readonly signingKeys: SigningKeys;
  readonly tokens: AccessTokens;
  readonly revocations: Revocations;
  readonly passwords: Passwords;
  readonly guessedAddresses: GuessedAddresses;
  readonly tickets: Tickets;
  readonly cursors: Cursors;
  readonly writes: RecentWrites;
  readonly limits: RateLimits;
  readonly metrics: Metrics;
  readonly background: Background;
  /** Milliseconds UTC. */
  readonly startedAt: number;
}

export type GatewayApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  TypeBoxTypeProvider
>;

/** Routes of one service. */
export type Routes = (app: GatewayApp, gateway: Gateway) => void;

declare module 'fastify' {
  interface FastifyInstance {
    readonly clock: Clock;
  }
  interface FastifyRequest {
    /** Who asks; null on public routes and before the token was checked. */
    principal: Principal | null;
    /** The id under which the request's command applies once; made at its first use. */
    commandId: string | null;
    /** `performance.now()` when the request came. */
    startedAt: number;
    /** The key of the store of answers; null without an Idempotency-Key. */
    idempotencyKey: string | null;
  }
}

type AnyRequest = Pick<FastifyRequest, 'id' | 'principal' | 'commandId' | 'server'>;

/** Who asks, on a route that needs a permission. */
export const principalOf = (request: Pick<FastifyRequest, 'principal'>): Principal => {
  if (request.principal === null) throw new Error('A public route has no principal.');
  return request.principal;
};

/** What a command is answered with, told by its `type`: that of an object literal, too. */
type AnswerTo<K extends AnyKind, C extends CommandOf<K>> = Answer<ReplyOf<K, C>, RefusalOf<K>>;
type ReplyOf<K extends AnyKind, C extends CommandOf<K>> = ReplyTo<Extract<CommandOf<K>, { readonly type: C['type'] }>>;

/** Asks an actor something that changes nothing. Refusals and outages are thrown and become problems. */
export const ask = async <K extends AnyKind, const C extends CommandOf<K>>(
  gateway: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  kind: K,
  id: string,
  command: C,
): Promise<ReplyOf<K, C>> => accepted(await answerOf<K, C>(gateway, request, kind, id, command));

/** The same, where the refusal matters to the route. */
export const answerOf = async <K extends AnyKind, const C extends CommandOf<K>>(
  { parts }: Gateway,
  request: Pick<FastifyRequest, 'id'>,
  kind: K,
  id: string,
  command: C,
): Promise<AnswerTo<K, C>> => parts.system.ask(kind, id, command, { traceId: request.id });

/**
 * Tells an actor to change something, once however often the request is sent, and remembers where it
 * stands in the journal. A request that changes several actors names each step: `step` becomes part
 * of the command's id.
 */
export const change = async <K extends AnyKind, const C extends CommandOf<K>>(
  gateway: Gateway,
  request: AnyRequest,
  kind: K,
  id: string,
  command: C,
  step = '',
): Promise<ReplyOf<K, C>> => accepted(await changeAnswer<K, C>(gateway, request, kind, id, command, step));

/** The same, where the refusal matters to the route. */
export const changeAnswer = async <K extends AnyKind, const C extends CommandOf<K>>(
  { parts, writes }: Gateway,
  request: AnyRequest,
  kind: K,
  id: string,
  command: C,
  step = '',
): Promise<AnswerTo<K, C>> => {
  const commandId = commandIdOf(request, step);
  const answer = await parts.system.ask(kind, id, command, { traceId: request.id, commandId });
  if (request.principal !== null) writes.note(request.principal.userId, answer.position);
  return answer;
};

/** The reply, or the refusal as a problem. */
export const accepted = <Reply, R extends Refusal>(answer: Answer<Reply, R>): Reply => {
  if (answer.type === 'replied') return answer.reply;
  throw refused(answer.refusal);
};

export const refused = ({ code, message, remedy, field }: Refusal): ProblemError => {
  if (!isProblemCode(code)) throw new Error(`The refusal ${code} has no status in gateway/errors.ts.`);
  const errors =
    remedy === undefined && field === undefined
      ? []
      : [{ pointer: field ?? '', message, ...(remedy === undefined ? {} : { remedy }) }];
  return new ProblemError(code, message, { errors });
};
