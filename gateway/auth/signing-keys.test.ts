import { expect, test, vi } from 'vitest';
import { VirtualClock } from '#kernel/testing';
import { MemoryKeys } from '../testing/memory-parts.ts';
import { SigningKeys } from './signing-keys.ts';

test('a key that was not known is looked for at once, and then not too often', async () => {
  const store = new MemoryKeys();
  const clock = new VirtualClock();
  const [one, two] = [new SigningKeys(store, clock), new SigningKeys(store, clock)];
  await one.check();
  await two.check();
  clock.advance(31 * 24 * 3_600_000);
  await one.check();
  const { keys } = await one.jwks();
  const newest = keys.at(-1)?.kid ?? '';
  const read = vi.spyOn(store, 'signingKeys');
  expect(await two.publicKey(newest)).not.toBeNull();
  expect(read).toHaveBeenCalledTimes(1);
  for (let count = 0; count < 5; count++) expect(await two.publicKey('nobody’s')).toBeNull();
  expect(read).toHaveBeenCalledTimes(1);
  clock.advance(10_000);
  expect(await two.publicKey('nobody’s')).toBeNull();
  expect(read).toHaveBeenCalledTimes(2);
});
