import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeEvents, socketChannels } from './asyncapi.ts';
import { channelOf } from './realtime/channels.ts';
import { startTestGateway } from './testing/test-gateway.ts';
import type { TestGateway } from './testing/test-gateway.ts';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startTestGateway();
});
afterAll(async () => await gateway.stop());

const refsIn = (value: unknown): readonly string[] => {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, inner]) => (name === '$ref' ? [String(inner)] : refsIn(inner)));
};

describe('the description of events', () => {
  test('in docs/asyncapi.json is up to date (npm run events:describe)', () => {
    const known: unknown = JSON.parse(readFileSync(join(import.meta.dirname, '..', 'docs', 'asyncapi.json'), 'utf8'));
    expect(known).toEqual(describeEvents());
  });

  test.each(['/docs/asyncapi.json', '/asyncapi.json'])('is served at %s', async (path) => {
    const answer = await gateway.app.inject(path);
    expect(answer.headers['content-type']).toContain('application/json');
    expect(answer.json()).toEqual(describeEvents());
  });

  test('refers to nothing that is not in it', () => {
    const document = describeEvents();
    const refs = refsIn(document);
    expect(refs.length).toBeGreaterThan(20);
    for (const ref of refs) {
      const found = ref
        .slice(2)
        .split('/')
        .reduce<unknown>((value, part) => (value as Readonly<Record<string, unknown>>)[part], document); // an object
      expect(found, ref).toBeDefined();
    }
  });

  test.each(socketChannels.map(({ address }) => address))('names a channel that there is: %s', (address) => {
    const name = address.replaceAll(/\{\w+\}/g, 'u1.x');
    const principal = {
      userId: 'u1',
      role: 'admin',
      permissions: new Set<never>(),
      sessionId: 's',
      issuedAt: 0,
      expiresAt: 0,
    } as const;
    const needs = { system: gateway.system, now: () => 0 };
    expect(channelOf(name, principal, needs)).toMatchObject({ name });
  });
});
