/** That what is told has the form it says it has, and no secret in it: over every event that was ever stored. */

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Value } from 'typebox/value';
import { describe, expect, test } from 'vitest';
import { shardOf } from '#kernel';
import type { FedEvent } from '#kernel';
import { userSecrets } from '../user/user-state.ts';
import type { PublicEvent } from './public-events.ts';
import { publicEvents } from './public-events.ts';
import { publicEventSchemas } from './schemas.ts';
import type { PublicEventName } from './schemas.ts';

interface Life {
  readonly kind: string;
  readonly id: string;
  readonly events: readonly {
    readonly type: string;
    readonly version: number;
    readonly at: number;
    readonly payload: unknown;
  }[];
}

const folder = join(import.meta.dirname, '..', '..', 'test', 'corpus', 'lives');
const lives = readdirSync(folder).map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Life); // as recorded

const storedOf = ({ kind, id, events }: Life): readonly FedEvent[] =>
  events.map(({ payload, ...event }, place) => ({
    ...event,
    payload: JSON.stringify(payload),
    address: { kind, id },
    seq: place + 1,
    shard: shardOf(id),
    shardSeq: place + 1,
    traceId: null,
  }));

const messages = lives.map(storedOf).flatMap((events) => {
  const [first] = events;
  const origin = first === undefined ? null : publicEvents.originOf(first);
  return events.flatMap((event) => publicEvents.messagesOf(event, origin, 'epoch'));
});
const told = messages.map(({ text }) => JSON.parse(text) as PublicEvent); // made by ourselves

const isName = (name: string): name is PublicEventName => Object.hasOwn(publicEventSchemas, name);

describe('public events', () => {
  test.each(told.map((event) => [event.type, event.id, event] as const))('%s (%s) has its form', (type, _id, event) => {
    if (!isName(type)) throw new Error(`${type} has no schema`);
    expect([...Value.Errors(publicEventSchemas[type], event.data)]).toEqual([]);
    expect(event.userId).not.toBeNull();
  });

  test('are all in the corpus, but for other outcomes of what is', () => {
    const seen = new Set(told.map(({ type }) => type));
    const absent = Object.keys(publicEventSchemas).filter((name) => !seen.has(name));
    expect(absent).toEqual(['order.rejected', 'signal.acted', 'signal.skipped']);
  });

  test('have no secret and no source code in them', () => {
    const text = messages.map((message) => message.text).join('\n');
    const fields = [...text.matchAll(/"(\w+)":/g)].map(([, field]) => field);
    const kept = [...userSecrets, 'source', 'files', 'codeFrame', 'ip', 'email'];
    expect(kept.filter((field) => fields.includes(field))).toEqual([]);
    expect(text).not.toContain('defineStrategy');
  });

  test('have ids of their own, the first part with that of its place', () => {
    const decided = messages.filter(({ name }) => name === 'signal.created');
    expect(decided.length).toBeGreaterThan(0);
    expect(messages.every(({ id }) => /^epoch:\d+:\d+(:\d+)?$/.test(id))).toBe(true);
  });

  test('have subjects without what a subject can not have', () => {
    const [event] = storedOf({
      kind: 'account',
      id: 'a b*>.main',
      events: [{ type: 'AccountOpened', version: 1, at: 0, payload: { type: 'AccountOpened' } }],
    });
    if (event === undefined) throw new Error('made above');
    expect(publicEvents.messagesOf(event, null, 'e')[0]?.subject).toBe('xt.events.account.opened.a_b__');
  });
});
