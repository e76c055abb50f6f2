/**
 * Brings messages to actors wherever they are: to the node that has the shard, or, while nobody has it, as soon
 * as somebody does. What can be asked twice is asked again when the node that was asked is gone.
 */

import { Outage, noCause, originOf, shardOf, shardOfRequest } from '#kernel';
import type {
  ActorAddress,
  ActorHost,
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
import { ForeignQuestion } from './foreign-question.ts';
import { answerFrame, answerOf, askFrame, failureFrame, outageOf, tellFrame } from './frame.ts';
import type { AskFrame, Frame, TellFrame } from './frame.ts';
import { Outstanding } from './outstanding.ts';
import { Parking } from './parking.ts';
import type { Peers } from './peers.ts';
import type { Routed } from './routed.ts';
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

/** How often what nobody waits for any more is let go. */
const sweepEveryMs = 1_000;

export class Router implements Routing {
  private readonly options: RouterOptions;
  private links: Peers | null = null;
  private actors: ActorHost | null = null;
  private readonly outstanding = new Outstanding();
  private readonly parked = new Parking();
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
    return this.parked.size;
  }

  get outstandingAsks(): number {
    return this.outstanding.size;
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
    for (const shard of this.parked.shards) {
      if (this.actors?.isHere(shard) !== true && this.ownerElsewhere(shard) === null) continue;
      for (const one of this.parked.take(shard)) this.bring(one);
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
        const asked = this.outstanding.take(from, frame[1]);
        if (asked?.type === 'ask') asked.question.answer(answerOf(frame));
        break;
      }
      case 'e': {
        const asked = this.outstanding.take(from, frame[1]);
        if (asked !== null) this.fail(asked, outageOf(frame));
        break;
      }
      case 'd': {
        const asked = this.outstanding.take(from, frame[1]);
        if (asked?.type === 'operate') asked.resolve(frame[2]);
        break;
      }
      case 'w': {
        const asked = this.outstanding.take(from, frame[1]);
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
    for (const one of this.parked.takeAll())
      this.fail(one, new Outage('stopping', 'The system is stopping: nothing was done.'));
    for (const one of this.outstanding.takeAll())
      this.fail(one, new Outage('outcome-unknown', 'The system has stopped before the other node had answered.'));
  }

  private bring(one: Routed): void {
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
    if (one.type === 'tell') {
      link.say(tellFrame(one.message.to, one.message.command, one.cause));
      return;
    }
    const ask = this.outstanding.add(owner, one);
    link.say(one.type === 'ask' ? askFrame(ask, one, this.options.clock.now()) : ['o', ask, one.request]);
  }

  private bringHere(one: Routed): void {
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

  private shardOf(one: Routed): number {
    const { shardsOf } = this.options;
    if (one.type === 'operate') return shardOfRequest(one.request, shardsOf);
    const { kind, id } = one.type === 'ask' ? one.to : one.message.to;
    return shardOf(id, shardsOf(kind));
  }

  private ownerElsewhere(shard: number): string | null {
    const owner = this.options.map.ownerOf(shard);
    return owner === this.options.map.self ? null : owner;
  }

  private park(one: Routed): void {
    if (this.parked.add(this.shardOf(one), one)) return;
    this.fail(one, new Outage('overloaded', 'Too many messages wait for a node to take over: nothing was done.'));
  }

  private fail(one: Routed, outage: Outage): void {
    if (one.type === 'ask') one.question.fail(outage);
    else if (one.type === 'operate') one.reject(outage);
    else {
      const { kind, id } = one.message.to;
      this.options.report({ type: 'message-dropped', kind, id, reason: outage.code });
    }
  }

  private nodeGone(incarnation: string): void {
    for (const asked of this.outstanding.takeOf(incarnation)) {
      // Applied once, however often it is asked; of others nobody can tell whether they were.
      if (asked.type === 'ask' && asked.question.commandId !== null) this.bring(asked);
      else
        this.fail(asked, new Outage('outcome-unknown', 'The actor’s node is gone: whether it was done is not known.'));
    }
  }

  private sweep(): void {
    const now = this.options.clock.now();
    // Of another node that asks by way of this one nobody else says when its time is over.
    for (const one of this.outstanding.takeOverdue(now))
      this.fail(
        one,
        new Outage('deadline-exceeded', 'The other node does not answer: whether it was done is not known.'),
      );
    for (const one of this.parked.takeOverdue(now)) this.fail(one, noOwner());
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
    const { map, lookSoon, shardsOf, clock } = this.options;
    lookSoon();
    const owner = map.ownerOf(shardOf(id, shardsOf(kind)));
    if (owner !== null && owner !== map.self) {
      this.links?.link(from).say(['w', ask]);
      return;
    }
    // Nobody's, and this node's to claim: the question waits here, in its order.
    const question = new ForeignQuestion(given, clock.now() + timeoutMs, (answered) => {
      this.links?.link(from).say('position' in answered ? answerFrame(ask, answered) : failureFrame(ask, answered));
    });
    this.bring({ type: 'ask', to, question, isInternal: given.isInternal });
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
}

const noOwner = (): Outage => new Outage('deadline-exceeded', 'No node has the actor: nothing was done.');
