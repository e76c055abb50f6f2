import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { shardCount } from '#kernel';
import type { Member } from '#kernel';
import { cutOffAloneMs, ownerOf, planPlacement, takersAmong } from './placement.ts';
import type { PlacementSettings } from './placement.ts';

const member = (node: string, facts: Partial<Member> = {}): Member => ({
  incarnation: `${node}1`,
  node,
  roles: ['actors', 'gateway', 'runner'],
  weight: 1,
  runners: 1,
  version: '1',
  address: null,
  joinedMsAgo: 1_000_000,
  isLeaving: false,
  isCutOff: false,
  isLapsed: false,
  ...facts,
});
const settings: PlacementSettings = { movesPerRound: 32, settleMs: 20_000, isRebalancing: true };
const shards = Array.from({ length: shardCount }, (_, shard) => shard);
const nobody = shards.map(() => null);
const settled = 1_000_000;

/** Gives and claims until nothing moves; the rounds that it took. */
const settle = (
  members: readonly Member[],
  from: readonly (string | null)[],
  sameMembersMs = settled,
  cutOffMs = 0,
  roles: readonly string[] = [],
) => {
  const owners = [...from];
  for (let rounds = 0; ; rounds++) {
    let moves = 0;
    const alive = members.filter(({ isLapsed }) => !isLapsed);
    for (const { incarnation: self } of alive) {
      const { give } = planPlacement({ self, members, owners, roles, sameMembersMs, cutOffMs }, settings);
      expect(give.size).toBeLessThanOrEqual(settings.movesPerRound);
      for (const shard of give.keys()) owners[shard] = null;
      moves += give.size;
    }
    for (const { incarnation: self } of alive) {
      const { claim } = planPlacement({ self, members, owners, roles, sameMembersMs, cutOffMs }, settings);
      for (const shard of claim) owners[shard] = self;
      moves += claim.length;
    }
    if (moves === 0) return { owners, rounds };
  }
};

const countsOf = (owners: readonly (string | null)[]): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const owner of owners) counts[owner ?? 'nobody'] = (counts[owner ?? 'nobody'] ?? 0) + 1;
  return counts;
};

describe('where shards are', () => {
  test('one node has all, three have a third each', () => {
    expect(countsOf(settle([member('a')], nobody).owners)).toEqual({ a1: 1_024 });
    const counts = countsOf(settle([member('a'), member('b'), member('c')], nobody).owners);
    for (const count of Object.values(counts)) expect(Math.abs(count - 341)).toBeLessThan(60);
  });

  test('a node of twice the weight has twice the shards', () => {
    const { a1 = 0, b1 = 0 } = countsOf(settle([member('a', { weight: 2 }), member('b')], nobody).owners);
    expect(a1 / b1).toBeGreaterThan(1.7);
    expect(a1 / b1).toBeLessThan(2.4);
  });

  test('every node alive comes to the same answer, whatever it is called', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.record({ node: fc.string({ minLength: 1 }), weight: fc.integer({ min: 1, max: 8 }) }), {
          minLength: 1,
          maxLength: 8,
          selector: ({ node }) => node,
        }),
        (nodes) => {
          const members = nodes.map(({ node, weight }) => member(node, { weight }));
          const claimed = members.flatMap(
            ({ incarnation: self }) =>
              planPlacement({ self, members, owners: nobody, roles: [], sameMembersMs: 0, cutOffMs: 0 }, settings)
                .claim,
          );
          expect(claimed.sort((one, other) => one - other)).toEqual(shards);
        },
      ),
      { numRuns: 50 },
    );
  });

  test('a node that dies moves its own shards alone, at once', () => {
    const three = [member('a'), member('b'), member('c')];
    const { owners } = settle(three, nobody);
    const members = [member('a'), member('b'), member('c', { isLapsed: true })];
    const after = settle(members, owners, 0);
    for (const shard of shards) if (owners[shard] !== 'c1') expect(after.owners[shard]).toBe(owners[shard]);
    expect(countsOf(after.owners)['c1']).toBeUndefined();
    expect(after.rounds).toBe(1);
  });

  test('a node that comes gets its share in bounded rounds, once the nodes have stayed the same', () => {
    const { owners } = settle([member('a'), member('b')], nobody);
    const three = [member('a'), member('b'), member('c')];
    expect(settle(three, owners, settings.settleMs - 1).owners).toEqual(owners);
    const after = settle(three, owners);
    expect(countsOf(after.owners)['c1']).toBeGreaterThan(280);
    for (const shard of shards) if (after.owners[shard] !== owners[shard]) expect(after.owners[shard]).toBe('c1');
    expect(after.rounds).toBeGreaterThan(4);
  });

  test('a node that flaps moves nothing but what it left', () => {
    const { owners } = settle([member('a'), member('b'), member('c')], nobody);
    const dead = settle([member('a'), member('b'), member('c', { isLapsed: true })], owners, 0);
    const back = [member('a'), member('b'), member('c', { incarnation: 'c2' })];
    expect(settle(back, dead.owners, 5_000).owners).toEqual(dead.owners);
    // Under its name it gets back what it had.
    const { owners: again } = settle(back, dead.owners);
    expect(again).toEqual(owners.map((owner) => (owner === 'c1' ? 'c2' : owner)));
  });

  test('nothing moves for balance while versions are mixed or a node leaves; what leaves gives all', () => {
    const { owners } = settle([member('a'), member('b')], nobody);
    const mixed = [member('a'), member('b'), member('c', { version: '2' })];
    expect(settle(mixed, owners).owners).toEqual(owners);
    const leaving = [member('a', { isLeaving: true }), member('b'), member('c', { version: '2' })];
    const after = settle(leaving, owners, 0);
    expect(countsOf(after.owners)['a1']).toBeUndefined();
    for (const shard of shards) if (owners[shard] === 'b1') expect(after.owners[shard]).toBe('b1');
  });

  test('the last one keeps what it has until it ends, and gateways and runners have nothing', () => {
    const last = [member('a', { isLeaving: true }), member('b', { roles: ['gateway', 'runner'] })];
    const owners = shards.map(() => 'a1');
    expect(
      planPlacement({ self: 'a1', members: last, owners, roles: [], sameMembersMs: settled, cutOffMs: 0 }, settings)
        .give.size,
    ).toBe(0);
    expect(ownerOf(1, takersAmong([member('b', { roles: ['gateway'] })]))).toBeNull();
  });

  test('a node that is cut off gives what it has to those that are not; where all are, nobody does', () => {
    const { owners } = settle([member('a'), member('b'), member('c')], nobody);
    const cut = [member('a', { isCutOff: true }), member('b'), member('c')];
    // It may be away for all, and the others have not noticed yet.
    expect(settle(cut, owners, 0, cutOffAloneMs - 1).owners).toEqual(owners);
    const after = settle(cut, owners, 0, cutOffAloneMs);
    expect(countsOf(after.owners)['a1']).toBeUndefined();
    for (const shard of shards) if (owners[shard] !== 'a1') expect(after.owners[shard]).toBe(owners[shard]);
    const all = ['a', 'b', 'c'].map((node) => member(node, { isCutOff: true }));
    expect(settle(all, owners, settled, cutOffAloneMs).owners).toEqual(owners);
  });

  test('shards of a role are for nodes that have it, and for those that have all', () => {
    const roles = shards.map((shard) => (shard < 256 ? 'trading' : 'users'));
    const members = [member('a'), member('b', { roles: ['trading'] }), member('c', { roles: ['users', 'gateway'] })];
    const { owners } = settle(members, nobody, settled, 0, roles);
    expect(countsOf(owners.slice(0, 256))).toEqual({ a1: expect.any(Number), b1: expect.any(Number) });
    expect(countsOf(owners.slice(256))).toEqual({ a1: expect.any(Number), c1: expect.any(Number) });
    // Where nobody has a role, its shards are nobody's.
    const one = [member('b', { roles: ['trading'] })];
    expect(countsOf(settle(one, nobody, settled, 0, roles).owners)).toEqual({ b1: 256, nobody: 768 });
    // The last one of a role keeps what it has until it ends.
    const last = [member('b', { roles: ['trading'], isLeaving: true }), member('c', { roles: ['users'] })];
    const before = shards.map((shard) => (shard < 256 ? 'b1' : 'c1'));
    expect(settle(last, before, settled, 0, roles).owners).toEqual(before);
  });

  test('two nodes of one name have a share each', () => {
    const twins = [member('a', { incarnation: 'x' }), member('a', { incarnation: 'y' })];
    const { x = 0, y = 0 } = countsOf(settle(twins, nobody).owners);
    expect(Math.min(x, y)).toBeGreaterThan(400);
  });
});
