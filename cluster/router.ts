/**
 * Brings messages to actors wherever they are: to the node that has the shard, or, while nobody has it, as soon
 * as somebody does. What can be asked twice is asked again when the node that was asked is gone.
 */

import { Outage, noCause, originOf, shardOf, shardOfRequest } from '#kernel';
import type {
  ActorAddress,
  ActorHost,
  AnyAnswer,
  Cause,
  Clock,
  Message,
  OperatorRequest,
  Question,
  Routing,
  ShardRange,
  StreamEffect,
} from '#kernel';
import type { ReportCluster } from './cluster-event.ts';
import { answerFrame, answerOf, failureFrame, outageOf, tellFrame } from './frame.ts';
import type { AskFrame, Frame, TellFrame } from './frame.ts';
import type { Peers } from './peers.ts';
import type { ShardMap } from './shard-map.ts';

export interface RouterOptions {
  readonly map: ShardMap;
  /** Of a kind's actors. */
  readonly shardsOf: (kind: string) => ShardRange;
  readonly clock: Clock;
  readonly report: ReportCluster;
  /** Who has what should be looked up soon. */
  readonly lookSoon: () => void;
  /** A shard of this node has another owner already. */
  readonly onLost: () => void;
}

/** A question on its way. */
interface Asked {
  readonly type: 'ask';
  readonly to: ActorAddress;
  readonly question: Question;
  readonly isInternal: boolean;
}

interface Told {
  readonly type: 'tell';
  readonly message: Message;
  readonly cause: Cause;
  readonly since: number;
}

interface Operated {
  readonly type: 'operate';
  readonly request: OperatorRequest;
  readonly since: number;
  readonly resolve: (result: unknown) => void;
  readonly reject: (outage: Error) => void;
}

type Parked = Asked | Told | Operated;

/** Waiting for a shard to have an owner: beyond it whoever asks is refused. */
const parkedMax = 100_000;
/** Messages that nobody waits for wait no longer than this for an owner of their shard. */
const patienceMs = 30_000;
/** How often what nobody waits for any more is let go. */
const sweepEveryMs = 1_000;

export class Router implements Routing {
  private readonly options: RouterOptions;
  private links: Peers | null = null;
  private actors: ActorHost | null = null;
  private asks = 0;
  /** By node and by number, what has been asked and not answered. */
  private readonly outstanding = new Map<string, Map<number, Asked | Operated>>();
  private readonly parked = new Map<number, Parked[]>();
  private parkedCount = 0;
  private readonly disarmSweep: () => void;
  private disarm: () => void = () => {};

  constructor(options: RouterOptions) {
    this.options = options;
    const sweep = (): void => {
      this.sweep();
      this.disarm = options.clock.at(options.clock.now() + sweepEveryMs, sweep);
    };
    sweep();
    this.disarmSweep = () => {
      this.disarm();
    };
  }

  attach(links: Peers, actors: ActorHost): void {
    this.links = links;
    this.actors = actors;
  }

  get parkedMessages(): number {
    return this.parkedCount;
  }

  get outstandingAsks(): number {
    let count = 0;
    for (const asks of this.outstanding.values()) count += asks.size;
    return count;
  }

  ask(to: ActorAddress, question: Question, isInternal: boolean): void {
    this.bring({ type: 'ask', to, question, isInternal });
  }

  tell(message: Message, cause: Cause): void {
    this.bring({ type: 'tell', message, cause, since: this.options.clock.now() });
  }

  say(effect: StreamEffect): void {
    const origin = originOf(effect.to);
    if (this.options.map.isAlive(origin)) this.links?.link(origin).say(['s', effect]);
  }

  operate(request: OperatorRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.bring({ type: 'operate', request, since: this.options.clock.now(), resolve, reject });
    });
  }

  lost(): void {
    this.options.onLost();
    this.options.lookSoon();
  }

  /** Who has what, or who is there, may have changed: what waited for it goes on. */
  mapChanged(gone: readonly string[]): void {
    for (const incarnation of gone) this.nodeGone(incarnation);
    for (const [shard, waiting] of this.parked) {
      if (this.actors?.isHere(shard) !== true && this.ownerElsewhere(shard) === null) continue;
      this.parked.delete(shard);
      this.parkedCount -= waiting.length;
      for (const one of waiting) this.bring(one);
    }
  }

  /** From the link to another node. */
  receive(from: string, frame: Frame): void {
    switch (frame[0]) {
      case 'a':
        this.asked(from, frame);
        break;
      case 't':
        this.told(frame);
        break;
      case 'o': {
        const [, ask, request] = frame;
        this.answerOperator(from, ask, request);
        break;
      }
      case 's':
        this.actors?.say(frame[1]);
        break;
      case 'f': {
        const { map, lookSoon } = this.options;
        // A hint: the look that follows is what counts.
        for (const shard of frame[1]) if (map.owners[shard] === from) map.owners[shard] = null;
        lookSoon();
        break;
      }
      case 'r':
      case 'n': {
        const asked = this.take(from, frame[1]);
        if (asked?.type === 'ask') asked.question.answer(answerOf(frame));
        break;
      }
      case 'e': {
        const asked = this.take(from, frame[1]);
        if (asked !== null) this.fail(asked, outageOf(frame));
        break;
      }
      case 'd': {
        const asked = this.take(from, frame[1]);
        if (asked?.type === 'operate') asked.resolve(frame[2]);
        break;
      }
      case 'w': {
        const asked = this.take(from, frame[1]);
        if (asked === null) break;
        // Not there any more, or not yet: the next look tells.
        this.park(asked);
        this.options.lookSoon();
        break;
      }
    }
  }

  close(): void {
    this.disarmSweep();
    const stopping = (): Outage => new Outage('stopping', 'The system is stopping: nothing was done.');
    for (const waiting of this.parked.values()) for (const one of waiting) this.fail(one, stopping());
    this.parked.clear();
    const unknown = (): Outage =>
      new Outage('outcome-unknown', 'The system has stopped before the other node had answered.');
    for (const asks of this.outstanding.values()) for (const one of asks.values()) this.fail(one, unknown());
    this.outstanding.clear();
  }

  private bring(one: Parked): void {
    if (one.type === 'ask' && one.question.isSettled) return;
    const shard = this.shardOf(one);
    if (this.actors?.isHere(shard) === true) {
      this.bringHere(one);
      return;
    }
    const owner = this.ownerElsewhere(shard);
    if (owner === null || this.links === null) {
      this.park(one);
      this.options.lookSoon();
      return;
    }
    const link = this.links.link(owner);
    if (link.isFull && !(one.type === 'ask' && one.isInternal)) {
      this.fail(one, new Outage('overloaded', 'Too much is on its way to the actor’s node: nothing was done.'));
      return;
    }
    if (one.type === 'tell') link.say(tellFrame(one.message.to, one.message.command, one.cause));
    else link.say(one.type === 'ask' ? this.askFrame(owner, one) : ['o', this.remember(owner, one), one.request]);
  }

  private bringHere(one: Parked): void {
    switch (one.type) {
      case 'tell':
        this.actors?.tell(one.message, one.cause);
        break;
      case 'operate':
        this.actors?.operate(one.request)?.then(one.resolve, one.reject);
        break;
      case 'ask': {
        const { question, to, isInternal } = one;
        const timeoutMs = question.dueAt - this.options.clock.now();
        const { command, commandId, cause, stream } = question;
        const answer = this.actors?.ask({ to, command, commandId, cause, stream, timeoutMs, isInternal });
        answer?.then(
          (told) => {
            question.answer(told);
          },
          (error: unknown) => {
            question.fail(error instanceof Error ? error : new Error(String(error)));
          },
        );
      }
    }
  }

  private shardOf(one: Parked): number {
    const { shardsOf } = this.options;
    if (one.type === 'operate') return shardOfRequest(one.request, shardsOf);
    const { kind, id } = one.type === 'ask' ? one.to : one.message.to;
    return shardOf(id, shardsOf(kind));
  }

  private ownerElsewhere(shard: number): string | null {
    const owner = this.options.map.ownerOf(shard);
    return owner === this.options.map.self ? null : owner;
  }

  private askFrame(owner: string, asked: Asked): AskFrame {
    const { to, question, isInternal } = asked;
    const { command, commandId, cause, stream, dueAt } = question;
    const remainingMs = Math.max(0, dueAt - this.options.clock.now());
    const ask = this.remember(owner, asked);
    const { traceId, hops } = cause;
    if (isInternal || stream !== null)
      return ['a', ask, to.kind, to.id, command, remainingMs, commandId, traceId, hops, isInternal ? 1 : 0, stream];
    return commandId === null && traceId === null && hops === 0
      ? ['a', ask, to.kind, to.id, command, remainingMs]
      : ['a', ask, to.kind, to.id, command, remainingMs, commandId, traceId, hops];
  }

  private remember(owner: string, asked: Asked | Operated): number {
    let asks = this.outstanding.get(owner);
    if (asks === undefined) this.outstanding.set(owner, (asks = new Map()));
    asks.set(++this.asks, asked);
    return this.asks;
  }

  /** Null for what is not waited for any more. */
  private take(from: string, ask: number): Asked | Operated | null {
    const asks = this.outstanding.get(from);
    const asked = asks?.get(ask) ?? null;
    asks?.delete(ask);
    return asked;
  }

  private park(one: Parked): void {
    if (this.parkedCount >= parkedMax) {
      this.fail(one, new Outage('overloaded', 'Too many messages wait for a node to take over: nothing was done.'));
      return;
    }
    const shard = this.shardOf(one);
    const waiting = this.parked.get(shard);
    if (waiting === undefined) this.parked.set(shard, [one]);
    else waiting.push(one);
    this.parkedCount++;
  }

  private fail(one: Parked, outage: Outage): void {
    if (one.type === 'ask') one.question.fail(outage);
    else if (one.type === 'operate') one.reject(outage);
    else {
      const { kind, id } = one.message.to;
      this.options.report({ type: 'message-dropped', kind, id, reason: outage.code });
    }
  }

  private nodeGone(incarnation: string): void {
    const asks = this.outstanding.get(incarnation);
    this.outstanding.delete(incarnation);
    if (asks === undefined) return;
    for (const asked of asks.values()) {
      // Applied once, however often it is asked; of others nobody can tell whether they were.
      if (asked.type === 'ask' && asked.question.commandId !== null) this.bring(asked);
      else
        this.fail(asked, new Outage('outcome-unknown', 'The actor’s node is gone: whether it was done is not known.'));
    }
  }

  private sweep(): void {
    const now = this.options.clock.now();
    for (const asks of this.outstanding.values()) {
      for (const [ask, one] of asks) {
        // Of another node that asks by way of this one nobody else says when its time is over.
        if (one.type === 'ask' ? one.question.isSettled || one.question.dueAt <= now : now - one.since > patienceMs) {
          asks.delete(ask);
          this.fail(
            one,
            new Outage('deadline-exceeded', 'The other node does not answer: whether it was done is not known.'),
          );
        }
      }
    }
    for (const [shard, waiting] of this.parked) {
      const left = waiting.filter((one) => {
        if (one.type === 'ask') {
          // Of another node, which has given up by its own clock.
          if (one.question.dueAt <= now) one.question.fail(noOwner());
          return !one.question.isSettled;
        }
        if (now - one.since <= patienceMs) return true;
        this.fail(one, noOwner());
        return false;
      });
      this.parkedCount -= waiting.length - left.length;
      if (left.length === 0) this.parked.delete(shard);
      else this.parked.set(shard, left);
    }
  }

  // What other nodes want of the actors here.

  private asked(from: string, frame: AskFrame): void {
    const [, ask, kind, id, command, timeoutMs, commandId = null, traceId = null, hops = 0, ...others] = frame;
    const [isInternal = 0, stream = null] = others;
    const to = { kind, id };
    const cause = traceId === null && hops === 0 ? noCause : { traceId, hops };
    const given = { to, command, commandId, cause, timeoutMs, stream, isInternal: isInternal === 1 };
    const answer = this.actors?.ask(given) ?? null;
    if (answer !== null) {
      answer.then(
        (told) => this.links?.link(from).say(answerFrame(ask, told)),
        (error: unknown) => this.links?.link(from).say(failureFrame(ask, error)),
      );
      return;
    }
    // Where this node is about to have it, the question waits here, in its order; else whoever asks looks again.
    this.whenKnown(shardOf(id, this.options.shardsOf(kind)), (isOwn) => {
      if (!isOwn) {
        this.links?.link(from).say(['w', ask]);
        return;
      }
      const question = new ForeignQuestion(given, this.options.clock.now() + timeoutMs, (answered) => {
        this.links?.link(from).say('position' in answered ? answerFrame(ask, answered) : failureFrame(ask, answered));
      });
      this.bring({ type: 'ask', to, question, isInternal: given.isInternal });
    });
  }

  private told([, kind, id, command, traceId, hops]: TellFrame): void {
    const message = { to: { kind, id }, command };
    const cause = traceId === null && hops === 0 ? noCause : { traceId, hops };
    if (this.actors?.tell(message, cause) === true) return;
    // On to whoever has it: a message that circles ends as one that goes through too many actors.
    this.bring({ type: 'tell', message, cause: { traceId, hops: hops + 1 }, since: this.options.clock.now() });
  }

  private answerOperator(from: string, ask: number, request: OperatorRequest): void {
    const done = this.actors?.operate(request) ?? null;
    if (done === null) {
      this.links?.link(from).say(['w', ask]);
      return;
    }
    done.then(
      (result) => this.links?.link(from).say(['d', ask, result ?? null]),
      (error: unknown) => this.links?.link(from).say(failureFrame(ask, error)),
    );
  }

  /** Whether the shard is this node's, or nobody's and this node's to claim. */
  private whenKnown(shard: number, then: (isOwn: boolean) => void): void {
    const { map, lookSoon } = this.options;
    lookSoon();
    const owner = map.ownerOf(shard);
    then(owner === null || owner === map.self);
  }
}

const noOwner = (): Outage => new Outage('deadline-exceeded', 'No node has the actor: nothing was done.');

/** Of another node, which waits by its own clock. */
class ForeignQuestion implements Question {
  readonly command;
  readonly cause;
  readonly commandId;
  readonly stream;
  readonly dueAt: number;
  private settled: ((answer: AnyAnswer | Outage | Error) => void) | null;

  constructor(
    { command, cause, commandId, stream }: Pick<Question, 'command' | 'cause' | 'commandId' | 'stream'>,
    dueAt: number,
    settled: (answer: AnyAnswer | Error) => void,
  ) {
    this.command = command;
    this.cause = cause;
    this.commandId = commandId;
    this.stream = stream;
    this.dueAt = dueAt;
    this.settled = settled;
  }

  get isSettled(): boolean {
    return this.settled === null;
  }

  answer(answer: AnyAnswer): void {
    this.settle(answer);
  }

  fail(outage: Error): void {
    this.settle(outage);
  }

  private settle(answer: AnyAnswer | Error): void {
    const { settled } = this;
    this.settled = null;
    settled?.(answer);
  }
}
