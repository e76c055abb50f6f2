import { expect, test } from 'vitest';
import { kindsIn } from './actor-tree.ts';
import type { KindNode, SupervisorNode } from './actor-tree.ts';

const common = { status: 'running', restarts: 0, lastFailure: null } as const;
const kind: KindNode = {
  ...common,
  type: 'kind',
  name: 'user',
  resident: 3,
  mailboxMessages: 2,
  mailboxBytes: 0,
  quarantined: 1,
};
const around = (name: string, children: SupervisorNode['children']): SupervisorNode => ({
  ...common,
  type: 'supervisor',
  name,
  strategy: 'one-for-one',
  children,
});

test('kinds are found at any depth', () => {
  const tree = around('system', [
    around('work', [{ ...common, type: 'service', name: 'feeds' }]),
    around('actors', [kind]),
  ]);
  expect(kindsIn(tree)).toEqual([kind]);
});
