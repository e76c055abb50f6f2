import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deadlines, Envelope } from './envelope.ts';
import { noCause } from './parcel.ts';
import { VirtualClock } from './testing/virtual-clock.ts';

test('every ask that nobody answers fails at its deadline, whatever others wait for and when they are answered', () => {
  const asked = fc.record({
    /** Before the next one. */
    pauseMs: fc.nat(300),
    timeoutMs: fc.constantFrom(10, 100, 1_000),
    /** Null: never. At no deadline's own moment, when either may come first. */
    answeredAfterMs: fc.option(fc.nat(1_500).map((ms) => ms + 0.5)),
  });
  fc.assert(
    fc.property(fc.array(asked, { maxLength: 40 }), (asks) => {
      const clock = new VirtualClock(0);
      const deadlines = new Deadlines(clock);
      const ended: (readonly [ask: number, how: 'answered' | 'failed', at: number])[] = [];
      const expected: typeof ended = [];
      for (const [ask, { pauseMs, timeoutMs, answeredAfterMs }] of asks.entries()) {
        const deadline = clock.now() + timeoutMs;
        const due = deadlines.due(clock.now(), timeoutMs);
        const answered = (): void => void ended.push([ask, 'answered', clock.now()]);
        const failed = (): void => void ended.push([ask, 'failed', clock.now()]);
        const envelope = new Envelope({ type: 'Any' }, noCause, null, null, due, answered, failed);
        const answerAt = answeredAfterMs === null ? Infinity : clock.now() + answeredAfterMs;
        if (answerAt < Infinity) {
          clock.at(answerAt, () =>
            envelope.answer({ type: 'replied', reply: null, position: { shard: 0, shardSeq: 0, seq: 0 } }),
          );
        }
        expected.push([ask, answerAt < deadline ? 'answered' : 'failed', Math.min(answerAt, deadline)]);
        clock.advance(pauseMs);
      }
      clock.advance(2_000);
      expect(ended.toSorted(([one], [other]) => one - other)).toEqual(expected);
    }),
  );
});
