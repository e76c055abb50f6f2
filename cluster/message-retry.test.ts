/** A message that an operator wants to have tried, asked of a node that does not deliver it. */

import { setImmediate } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Outage, allShards, shardCount, shardOf, startActorSystem } from '#kernel';
import type { ActorKind, ActorSystem, Command, Message } from '#kernel';
import { MemoryJournal, VirtualClock } from '#kernel/testing';
import { Peers } from './peers.ts';
import { Router } from './router.ts';
import { ShardMap } from './shard-map.ts';
import { memberOf } from './testing/member.ts';
import { MemoryNatsServer } from './testing/memory-nats.ts';

let clock: VirtualClock;
let journal: MemoryJournal;
let server: MemoryNatsServer;
let systems: ActorSystem[];
let isMended: boolean;
beforeEach(() => {
  clock = new VirtualClock();
  journal = new MemoryJournal();
  server = new MemoryNatsServer(clock);
  systems = [];
  isMended = false;
});
afterEach(async () => await Promise.all(systems.map((system) => system.stop())));

type ClerkCommand =
  | (Command & { readonly type: 'Tell'; readonly messages: readonly Message[] })
  | (Command<number> & { readonly type: 'Hear' });

/** Tells others, and can't take what it is told until it is mended. */
const clerk: ActorKind<ClerkCommand, number, { readonly type: 'Told' } | { readonly type: 'Heard' }> = {
  name: 'clerk',
  durability: 'journal',
  initialState: () => 0,
  decide: {
    Tell: ({ messages }) => ({ events: [{ type: 'Told' }], send: messages, reply: undefined }),
    Hear: (_command, heard) => {
      if (!isMended) throw new Error('The desk is full.');
      return { events: [{ type: 'Heard' }], reply: heard + 1 };
    },
  },
  evolve: (heard, { type }) => (type === 'Heard' ? heard + 1 : heard),
};

/** A whole system with its router and links, on the journal of all. */
const nodeOf = (self: string) => {
  const map = new ShardMap(self);
  const report = (): void => {};
  const router = new Router({ map, shardsOf: () => allShards, clock, report, lookSoon: () => {}, onLost: () => {} });
  const peers = new Peers({
    nats: server.connect(),
    clock,
    prefix: 'test',
    self,
    receive: (from, frame) => router.receive(from, frame),
    isGone: (incarnation) => map.hasEnded(incarnation),
    nameOf: (incarnation) => incarnation,
    report,
  });
  const system = startActorSystem({
    kinds: [clerk],
    journal,
    clock,
    publisher: { publish: () => {} },
    report,
    chance: () => 0,
    cluster: { incarnation: self, routing: router },
  });
  systems.push(system);
  router.attach(peers, system.host);
  return {
    system,
    /** As after a look: who is there, and who of them has everything. */
    sees(incarnations: readonly string[], owner: string | null) {
      const owners = Array.from({ length: shardCount }, () => owner);
      const version = (map.seen?.version ?? 0) + 1;
      const members = incarnations.map((one) => memberOf(one));
      const { gone } = map.update({ membersTag: String(version), members, version, owners }, clock.now());
      if (owner === self) system.host.adopt(owners.keys().toArray());
      router.mapChanged(gone.map(({ incarnation }) => incarnation));
    },
  };
};

/** Turns of the event loop, a few milliseconds each. */
const pass = async (ms = 100): Promise<void> => {
  for (let turn = 0; turn < 10; turn++) {
    for (let step = 0; step < 10; step++) await setImmediate();
    clock.advance(ms / 10);
  }
};

/** One node that has all actors and one that has none, and a message that nobody answers. */
const twoNodes = async () => {
  const [owner, other] = [nodeOf('owner'), nodeOf('other')];
  for (const node of [owner, other]) node.sees(['owner', 'other'], 'owner');
  const quarantined = owner.system.ask(clerk, 'b', { type: 'Hear' }, { commandId: 'first' });
  await expect(quarantined).rejects.toMatchObject({ code: 'quarantined' });
  const message = { to: { kind: 'clerk', id: 'b' }, command: { type: 'Hear' } };
  await owner.system.ask(clerk, 'a', { type: 'Tell', messages: [message] });
  await expect
    .poll(async () => (await owner.system.operator.outbox(null, 1)).messages[0]?.delivery?.lastFailure)
    .toBeTruthy();
  const { messages } = await other.system.operator.outbox(null, 1);
  expect(messages).toMatchObject([{ to: message.to, delivery: null }]);
  return { owner, other, id: messages[0]?.id ?? '' };
};

const codeOf = async (outcome: Promise<unknown>): Promise<unknown> =>
  await outcome.catch((error: unknown) => (error instanceof Outage ? error.code : error));

test('the node that has its sender tries it, and the one that was asked tells how far it is', async () => {
  const { owner, other, id } = await twoNodes();
  isMended = true;
  await owner.system.operator.retry({ kind: 'clerk', id: 'b' });
  const retried = other.system.operator.retryMessage(id);
  await pass();
  expect(await retried).toMatchObject({ id, type: 'Hear', delivery: { attempts: 2, nextAttemptAt: null } });
  await journal.until(() => journal.outboxSize === 0);
  expect(await other.system.operator.retryMessage(id)).toBeNull();
  expect(await other.system.operator.message(id)).toBeNull();
});

test('while nobody has its sender it waits for somebody, who tries it', async () => {
  const { owner, other, id } = await twoNodes();
  owner.sees(['owner', 'other'], null);
  await owner.system.host.release([shardOf('a')]);
  other.sees(['owner', 'other'], null);
  const retried = other.system.operator.retryMessage(id);
  await pass();
  other.sees(['owner', 'other'], 'other');
  await pass();
  // What the former owner has in memory it tries too: its receiver knows it.
  expect(await retried).toMatchObject({ id, delivery: { attempts: 1 } });
});

test('where nobody comes to have its sender, that is said after half a minute: nothing was done', async () => {
  const { other, id } = await twoNodes();
  other.sees(['other'], null);
  const retried = codeOf(other.system.operator.retryMessage(id));
  await pass(29_000);
  await pass(5_000);
  expect(await retried).toBe('deadline-exceeded');
});

test('where the node that was to try it goes away, nobody can tell whether it has', async () => {
  const { other, id } = await twoNodes();
  const retried = codeOf(other.system.operator.retryMessage(id));
  await setImmediate();
  await setImmediate();
  other.sees(['other'], null);
  expect(await retried).toBe('outcome-unknown');
});
