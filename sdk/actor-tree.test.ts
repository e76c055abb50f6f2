import { expect, test } from 'vitest';
import { kindsIn, treeOf } from './actor-tree.ts';

const kind = { kind: 'user', resident: 3, mailboxMessages: 2, restarts: 1, quarantined: 1 };

test('what the server lists is a tree of supervisors, services and kinds', () => {
  const tree = treeOf({
    services: [{ name: 'lists', status: 'backing-off', restarts: 2, lastFailure: 'away' }],
    kinds: [kind],
  });
  expect(tree).toMatchObject({
    type: 'supervisor',
    name: 'system',
    children: [{ name: 'services' }, { name: 'actors' }],
  });
  expect(tree.children[0]).toMatchObject({
    children: [{ type: 'service', name: 'lists', restarts: 2, lastFailure: { message: 'away', at: null } }],
  });
  expect(kindsIn(tree)).toMatchObject([{ type: 'kind', name: 'user', resident: 3, quarantined: 1 }]);
});

test('kinds are found at any depth', () => {
  const [actors] = treeOf({ services: [], kinds: [kind] }).children.slice(1);
  if (actors === undefined) throw new Error('there are actors');
  const around = { type: 'supervisor', name: 'x', status: 'running', restarts: 0, lastFailure: null } as const;
  expect(kindsIn({ ...around, children: [{ ...around, children: [actors] }] }).map(({ name }) => name)).toEqual([
    'user',
  ]);
});
