/** Refresh families against a model of them: tokens have generations, and only the newest, or just now the one before, is taken. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { evolveUser } from './user-state.ts';
import type { UserEvent, UserState } from './user-state.ts';
import { userKind } from './user.ts';

const start = Date.UTC(2026, 0, 1);
const expiresAt = start + 1e9;

interface Token {
  readonly hash: string;
  readonly generation: number;
}

const begin: readonly UserEvent[] = [
  { type: 'UserRegistered', email: 'a@b.org', displayName: 'A', passwordHash: 'p', role: 'quant', at: start },
  {
    type: 'SessionOpened',
    session: { id: 's', openedAt: start, lastSeenAt: start, expiresAt, userAgent: '', ip: '' },
    refreshHash: 't0',
  },
];

/** Which of the tokens made so far is presented, counted from the newest, and seconds since the last time. */
const presentation = fc.record({ back: fc.nat({ max: 6 }), seconds: fc.constantFrom(0, 1, 5, 10, 11, 300) });

test('a token is taken if it is of the newest generation, or of the one before within ten seconds; else all end', () => {
  fc.assert(
    fc.property(fc.array(presentation, { maxLength: 40 }), (presentations) => {
      let state: UserState = begin.reduce(evolveUser, userKind.initialState('u'));
      let now = start;
      let newest = 0;
      let rotatedAt = start;
      let isOpen = true;
      const tokens: Token[] = [{ hash: 't0', generation: 0 }];
      for (const { back, seconds } of presentations) {
        now += seconds * 1_000;
        const token = tokens[Math.max(0, tokens.length - 1 - back)] ?? tokens[0];
        if (token === undefined) throw new Error('There is always a first token.');
        // Of one generation the four newest tokens are good.
        const siblings = tokens.filter(({ generation }) => generation === token.generation).slice(-4);
        const isKept = siblings.includes(token);
        const isNewest = isKept && token.generation === newest;
        const isInGrace = isKept && token.generation === newest - 1 && now - rotatedAt <= 10_000;
        const nextHash = `t${tokens.length}`;
        const decision = userKind.decide.RotateRefresh(
          { type: 'RotateRefresh', sessionId: 's', presentedHash: token.hash, nextHash, expiresAt, ip: '' },
          state,
          { id: 'u', now, seq: 2, commandId: null, stream: null },
        );
        state = (decision.events ?? []).reduce(evolveUser, state);
        if (!isOpen) {
          expect(decision.refusal?.code).toBe('session-unknown');
        } else if (isNewest || isInGrace) {
          expect(decision.refusal).toBeUndefined();
          tokens.push({ hash: nextHash, generation: isNewest ? newest + 1 : newest });
          if (isNewest) {
            newest++;
            rotatedAt = now;
          }
        } else {
          expect(decision.refusal?.code).toBe('refresh-reused');
          isOpen = false;
        }
      }
    }),
    { numRuns: 500 },
  );
});
