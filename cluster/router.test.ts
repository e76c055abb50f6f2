import { setImmediate } from 'node:timers/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import { Outage, allShards, noCause, shardCount, shardOf } from '#kernel';
import type { ActorHost, AnyAnswer, Delivered, Member, Message, Question } from '#kernel';
import { VirtualClock } from '#kernel/testing';
import type { ClusterEvent } from './cluster-event.ts';
import { Peers } from './peers.ts';
import { Router } from './router.ts';
import { ShardMap } from './shard-map.ts';
import { memberOf } from './testing/member.ts';
import { MemoryNatsServer } from './testing/memory-nats.ts';

let clock: VirtualClock;
let server: MemoryNatsServer;
beforeEach(() => {
  clock = new VirtualClock();
  server = new MemoryNatsServer(clock);
});

const id = 'someone';
const shard = shardOf(id);
const to = { kind: 'purse', id };

/** A router with its links, and actors that write down what comes and answer when they are told to. */
const nodeOf = (self: string) => {
  const map = new ShardMap(self);
  const events: ClusterEvent[] = [];
  const nats = server.connect();
  const asked: (Delivered & { readonly answer: (reply: unknown) => void; readonly fail: (error: Error) => void })[] =
    [];
  const told: { readonly message: Message; readonly hops: number }[] = [];
  let looks = 0;
  let isHere = false;
  const report = (event: ClusterEvent): void => {
    events.push(event);
  };
  const router = new Router({
    map,
    shardsOf: () => allShards,
    clock,
    report,
    lookSoon: () => looks++,
    onLost: () => {},
  });
  const peers = new Peers({
    nats,
    clock,
    prefix: 'test',
    self,
    receive: (from, frame) => router.receive(from, frame),
    isGone: (incarnation) => map.hasEnded(incarnation),
    nameOf: (incarnation) => incarnation,
    report,
  });
  const actors: ActorHost = {
    isHere: (one) => isHere && one === shard,
    adopt: () => {},
    release: () => Promise.resolve(),
    ask(delivered) {
      if (!isHere) return null;
      const { promise, resolve, reject } = Promise.withResolvers<AnyAnswer>();
      const position = { shard, shardSeq: 7, seq: 3 };
      asked.push({
        ...delivered,
        answer: (reply) => resolve({ type: 'replied', reply, position }),
        fail: reject,
      });
      return promise;
    },
    tell(message, { hops }) {
      if (isHere) told.push({ message, hops });
      return isHere;
    },
    say: () => {},
    operate: () => (isHere ? Promise.resolve('done') : null),
  };
  router.attach(peers, actors);
  return {
    router,
    peers,
    nats,
    events,
    asked,
    told,
    looks: () => looks,
    setHere: (now: boolean) => {
      isHere = now;
    },
    /** As after a look. */
    sees(members: readonly Member[], owner: string | null) {
      const owners = Array.from({ length: shardCount }, (_, i) => (i === shard ? owner : null));
      const { gone, ended } = map.update(
        { members, membersTag: '', version: (map.version ?? 0) + 1, owners },
        clock.now(),
      );
      for (const { incarnation } of ended) peers.forget(incarnation);
      router.mapChanged(gone.map(({ incarnation }) => incarnation));
    },
  };
};

/** An ask, and what became of it. */
const questionOf = ({
  commandId = 'id-1',
  timeoutMs = 10_000,
}: { commandId?: string | null; timeoutMs?: number } = {}) => {
  const outcomes: (AnyAnswer | Error)[] = [];
  const question: Question = {
    command: { type: 'Look' },
    cause: noCause,
    commandId,
    stream: null,
    dueAt: clock.now() + timeoutMs,
    get isSettled() {
      return outcomes.length > 0;
    },
    answer: (answer) => outcomes.push(answer),
    fail: (outage) => outcomes.push(outage),
  };
  return { question, outcomes };
};

const codesOf = (outcomes: readonly unknown[]): readonly unknown[] =>
  outcomes.map((outcome) => (outcome instanceof Outage ? outcome.code : outcome));

/** Turns of the event loop, a few milliseconds each. */
const pass = async (ms = 100): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) {
    await setImmediate();
    clock.advance(ms / 10);
  }
};

const both = [memberOf('one'), memberOf('two')];

describe('a question', () => {
  test('goes to the node that has the actor, whose answer comes back', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    two.setHere(true);
    one.sees(both, 'two');
    const { question, outcomes } = questionOf();
    one.router.ask(to, question, false);
    await pass();
    expect(two.asked).toMatchObject([{ to, commandId: 'id-1', command: { type: 'Look' }, isInternal: false }]);
    two.asked[0]?.answer(42);
    await pass();
    expect(outcomes).toEqual([{ type: 'replied', reply: 42, position: { shard, shardSeq: 7, seq: 3 } }]);
    expect(one.router.outstandingAsks).toBe(0);
  });

  test('takes an outage of the other node back with its code', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    two.setHere(true);
    one.sees(both, 'two');
    const { question, outcomes } = questionOf();
    one.router.ask(to, question, false);
    await pass();
    two.asked[0]?.fail(new Outage('overloaded', 'Too much.'));
    await pass();
    expect(codesOf(outcomes)).toEqual(['overloaded']);
  });

  test('waits while nobody has the actor, has somebody look, and goes on when somebody has it', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    one.sees(both, null);
    const { question } = questionOf();
    one.router.ask(to, question, false);
    expect([one.router.parkedMessages, one.looks()]).toEqual([1, 1]);
    two.setHere(true);
    one.sees(both, 'two');
    await pass();
    expect([one.router.parkedMessages, two.asked.length]).toEqual([0, 1]);
  });

  test('that the other node sends back waits for the next look', async () => {
    const [one, two, three] = [nodeOf('one'), nodeOf('two'), nodeOf('three')];
    const members = [...both, memberOf('three')];
    one.sees(members, 'two');
    two.sees(members, 'three');
    three.setHere(true);
    const { question } = questionOf();
    one.router.ask(to, question, false);
    await pass();
    expect(one.router.parkedMessages).toBe(1);
    one.sees(members, 'three');
    await pass();
    expect(three.asked.length).toBe(1);
  });

  test('waits at the node that is about to have the actor', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    one.sees(both, 'two');
    two.sees(both, null);
    const { question, outcomes } = questionOf();
    one.router.ask(to, question, false);
    await pass();
    expect(two.router.parkedMessages).toBe(1);
    two.setHere(true);
    two.sees(both, 'two');
    await pass();
    two.asked[0]?.answer('here now');
    await pass();
    expect(outcomes).toMatchObject([{ reply: 'here now' }]);
  });

  test('of which nothing is heard is given up everywhere when its time is over', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    const members = [...both, memberOf('three')];
    one.sees(members, 'two');
    two.sees(members, null);
    const { question } = questionOf({ timeoutMs: 3_000 });
    one.router.ask(to, question, false);
    await pass();
    // Passed on to one that never answers.
    two.sees(members, 'three');
    await pass();
    expect(two.router.outstandingAsks).toBe(1);
    await pass(10_000);
    expect(two.router.outstandingAsks).toBe(0);
  });
});

describe('when a node is gone', () => {
  test('what has an id is asked again where its actors are now; of the rest nothing is known', async () => {
    const [one, two, three] = [nodeOf('one'), nodeOf('two'), nodeOf('three')];
    const members = [...both, memberOf('three')];
    one.sees(members, 'two');
    two.setHere(true);
    const [again, unknown] = [questionOf(), questionOf({ commandId: null })];
    one.router.ask(to, again.question, false);
    one.router.ask(to, unknown.question, false);
    await pass();
    three.setHere(true);
    one.sees([memberOf('one'), memberOf('three')], 'three');
    await pass();
    three.asked[0]?.answer('from three');
    await pass();
    expect(codesOf(unknown.outcomes)).toEqual(['outcome-unknown']);
    expect(again.outcomes).toMatchObject([{ reply: 'from three' }]);
    // It was only frozen: what it says now is not heard.
    for (const { answer } of two.asked) answer('from two');
    await pass();
    expect(again.outcomes.length).toBe(1);
  });

  test('and comes back, since nobody has taken what it had, both hear each other as before', async () => {
    const [one, two] = [nodeOf('one'), nodeOf('two')];
    two.setHere(true);
    one.sees(both, 'two');
    two.sees(both, 'two');
    const before = questionOf();
    one.router.ask(to, before.question, false);
    await pass();
    two.asked[0]?.answer('before');
    await pass();
    // After an outage of the database each sees the others' leases over for a moment.
    one.sees([memberOf('one'), memberOf('two', { isLapsed: true })], 'two');
    const between = questionOf({ commandId: 'id-2' });
    one.router.ask(to, between.question, false);
    await pass();
    expect(one.router.parkedMessages).toBe(1);
    one.sees(both, 'two');
    const after = questionOf({ commandId: 'id-3' });
    one.router.ask(to, after.question, false);
    await pass();
    expect(two.asked.map(({ commandId }) => commandId)).toEqual(['id-1', 'id-2', 'id-3']);
    for (const { answer } of two.asked.slice(1)) answer('after');
    await pass();
    expect([...between.outcomes, ...after.outcomes]).toMatchObject([{ reply: 'after' }, { reply: 'after' }]);
  });
});

describe('a message that nobody waits for', () => {
  test('goes on to the node that has the actor, and counts the way', async () => {
    const [one, two, three] = [nodeOf('one'), nodeOf('two'), nodeOf('three')];
    const members = [...both, memberOf('three')];
    one.sees(members, 'two');
    two.sees(members, 'three');
    three.setHere(true);
    one.router.tell({ to, command: { type: 'Look' } }, noCause);
    await pass();
    expect(three.told).toEqual([{ message: { to, command: { type: 'Look' } }, hops: 1 }]);
  });

  test('waits for an owner of its actor for half a minute, and is reported then', async () => {
    const one = nodeOf('one');
    one.sees(both, null);
    one.router.tell({ to, command: { type: 'Look' } }, noCause);
    await pass(29_000);
    expect(one.events).toEqual([]);
    await pass(5_000);
    expect(one.events).toMatchObject([{ type: 'message-dropped', id, reason: 'deadline-exceeded' }]);
    expect(one.router.parkedMessages).toBe(0);
  });
});

test('nothing that was asked while NATS was away is lost', async () => {
  const [one, two] = [nodeOf('one'), nodeOf('two')];
  two.setHere(true);
  one.sees(both, 'two');
  one.nats.set(false);
  const { question, outcomes } = questionOf();
  one.router.ask(to, question, false);
  await pass(5_000);
  expect(two.asked).toEqual([]);
  one.nats.set(true);
  await pass();
  two.asked[0]?.answer('late');
  await pass();
  expect(outcomes).toMatchObject([{ reply: 'late' }]);
});

test('at the end whoever waits hears it: of what was under way that nothing is known', async () => {
  const [one, two] = [nodeOf('one'), nodeOf('two')];
  two.setHere(true);
  one.sees(both, 'two');
  const asked = questionOf();
  one.router.ask(to, asked.question, false);
  await pass();
  one.sees(both, null);
  const waiting = questionOf();
  one.router.ask(to, waiting.question, false);
  one.router.close();
  expect(codesOf([...asked.outcomes, ...waiting.outcomes])).toEqual(['outcome-unknown', 'stopping']);
});
