import { expect, test } from 'vitest';
import { actorRoleOf, actorRoles, kindsWithRole } from './actor-roles.ts';
import * as door from './index.ts';

const kindNameOf = (value: unknown): readonly string[] =>
  typeof value === 'object' && value !== null && 'decide' in value && 'name' in value ? [String(value.name)] : [];

test('every kind of actor belongs to a service, and every service has one', () => {
  const kinds = Object.values<unknown>(door).flatMap(kindNameOf);
  expect(kinds.length).toBeGreaterThan(10);
  expect([...kindsWithRole].sort()).toEqual([...new Set(kinds)].sort());
  expect([...new Set(kindsWithRole.map(actorRoleOf))].sort()).toEqual([...actorRoles].sort());
});
