import { describe, expect, test } from 'vitest';
import { hidden, Redaction, shownCharactersMax } from './redaction.ts';

const secretive = new Redaction({ secrets: ['hash', 'tokens'] });
const frank = new Redaction({});

describe('what is shown of an actor', () => {
  test('has no secrets at any depth, and is the same otherwise', () => {
    const state = {
      hash: 'x',
      reset: { hash: null, until: 5 },
      sessions: [{ id: 's', tokens: ['a', 'b'] }],
      note: undefined,
    };
    expect(secretive.value(state)).toEqual({
      hash: hidden,
      reset: { hash: null, until: 5 },
      sessions: [{ id: 's', tokens: hidden }],
      note: undefined,
    });
    expect(frank.value(state)).toEqual(state);
    expect(state.hash).toBe('x');
  });

  test('is plain JSON, whatever an actor keeps', () => {
    const queue = { waiting: new Map([['u1', [1n]]]), idle: new Set(['slot']), hash: new Map() };
    expect(JSON.parse(JSON.stringify(secretive.value(queue)))).toEqual({
      waiting: { u1: ['1'] },
      idle: ['slot'],
      hash: hidden,
    });
    // A name that means something to every object.
    expect(JSON.stringify(frank.json('{"__proto__":{"a":1}}'))).toBe('{"__proto__":{"a":1}}');
  });

  test('has a bound', () => {
    const half = 'x'.repeat(shownCharactersMax / 2);
    expect(frank.value([half])).toEqual([half]);
    expect(() => frank.value([half, half])).toThrow('too large');
  });

  test('is its text where it is no JSON, unless there may be secrets in it', () => {
    expect(frank.json('{"a":')).toBe('{"a":');
    expect(secretive.json('{"hash":"abc')).toBe(hidden);
    expect(secretive.json('{"hash":"abc"}')).toEqual({ hash: hidden });
  });

  test('is nothing where this version does not know the kind', () => {
    const blind = new Redaction(null);
    expect(blind.value({ a: 1 })).toBe(hidden);
    expect(blind.json('{"a":1}')).toBe(hidden);
  });

  test('cites nothing of what could not be read', () => {
    const cut = [
      '{"hash":"deadbeef"',
      'x{"hash":"deadbeef"}',
      '{"a":1,"hash":"deadbeef",,"b":"longer than the window"}',
    ];
    for (const text of cut) {
      const message = messageOf(() => JSON.parse(text));
      expect(secretive.text(message)).not.toContain('beef');
      expect(frank.text(message)).toBe(message);
    }
    const hash = '$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$aGFzaGhhc2hoYXNo/+aGFzaA';
    const token = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08';
    expect(secretive.text(`Event 3: ${hash} is no ${token} of evolve (user-state.ts:12:3)`)).toBe(
      `Event 3: ${hidden} is no ${hidden} of evolve (user-state.ts:12:3)`,
    );
  });
});

const messageOf = (run: () => unknown): string => {
  try {
    run();
  } catch (error) {
    return (error as Error).message; // of JSON.parse
  }
  throw new Error('It was JSON after all.');
};
