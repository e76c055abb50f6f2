import { expect, test } from 'vitest';
import { helpFor } from '../arguments.ts';
import { serverCommands } from './server-commands.ts';

test.each(Object.entries(serverCommands))('xtrading %s explains itself by examples', async (name, { load }) => {
  const { declaration } = await load();
  expect(declaration.name).toBe(name);
  expect(declaration.options).toHaveProperty('server');
  expect(declaration.usage.every((usage) => usage.startsWith(name))).toBe(true);
  expect(declaration.examples.length).toBeGreaterThan(0);
  expect(declaration.examples.every(([example]) => example.startsWith(`xtrading ${name}`))).toBe(true);
  expect(
    helpFor(declaration, 100)
      .split('\n')
      .filter((line) => line.length > 120),
  ).toEqual([]);
});
