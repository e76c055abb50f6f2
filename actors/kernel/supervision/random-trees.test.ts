/** Whatever fails, and whenever: no service ever runs twice at once, and in the end all run or the system has ended. */

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { startTestSystem } from '../testing/test-system.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import type { Child, Strategy } from './child.ts';
import { nodesOf } from './tree-view.ts';

/** What one run does, in milliseconds from where it begins, or from where it is told to end. */
interface Run {
  readonly startsAfter: number;
  /** null: not by itself. */
  readonly failsAfter: number | null;
  /** null: it never ends. */
  readonly stopsAfter: number | null;
  readonly failsAtStop: boolean;
}

interface DrawnService {
  /** What the first runs do; all later ones do as they should. */
  readonly runs: readonly Run[];
}

interface DrawnSupervision {
  readonly strategy: Strategy;
  readonly restartsMax: number;
  readonly children: readonly Drawn[];
}

type Drawn = DrawnService | DrawnSupervision;

const stopMs = 1_000;
/** Steps of the clock after which every script has come to its end, and every back-off. */
const stepsMax = 2_000;
const stepMs = 250;
const quietSteps = 30;
/** Turns of the event loop in which what is due is done. */
const turnsToSettle = 4;

const run: fc.Arbitrary<Run> = fc.record({
  startsAfter: fc.constantFrom(0, 10, 700),
  failsAfter: fc.option(fc.constantFrom(0, 5, 300, 5_000), { freq: 3 }),
  stopsAfter: fc.constantFrom(0, 0, 0, 300, 3_000, null),
  failsAtStop: fc.boolean(),
});

const { tree } = fc.letrec<{ readonly tree: DrawnSupervision; readonly child: Drawn }>((tie) => ({
  tree: fc.record({
    strategy: fc.constantFrom<Strategy>('one-for-one', 'one-for-all', 'rest-for-one'),
    restartsMax: fc.integer({ min: 0, max: 3 }),
    children: fc.array(tie('child'), { minLength: 1, maxLength: 3 }),
  }),
  child: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    fc.record({ runs: fc.array(run, { maxLength: 4 }) }),
    tie('tree'),
  ),
}));

const calm: Run = { startsAfter: 0, failsAfter: null, stopsAfter: 0, failsAtStop: false };

/** Makes services that do as drawn; `overlaps` are those that ran twice at once. */
const scripted = (clock: VirtualClock) => {
  const overlaps: string[] = [];
  const active = new Map<string, number>();
  let names = 0;
  const childOf = (drawn: Drawn): Child => {
    const name = `n${names++}`;
    if ('children' in drawn) {
      const { strategy, restartsMax, children } = drawn;
      return { name, strategy, children: children.map(childOf), intensity: { restartsMax, periodMs: 20_000 } };
    }
    let runs = 0;
    return {
      name,
      stopMs,
      async run({ signal, started }) {
        const { startsAfter, failsAfter, stopsAfter, failsAtStop } = drawn.runs[runs++] ?? calm;
        const count = (active.get(name) ?? 0) + 1;
        active.set(name, count);
        if (count > 1) overlaps.push(name);
        const over = Promise.withResolvers<void>();
        const after = (ms: number, call: () => void) => clock.at(clock.now() + ms, call);
        after(startsAfter, started);
        if (failsAfter !== null) after(failsAfter, () => over.reject(new Error('as drawn')));
        signal.addEventListener('abort', () => {
          if (stopsAfter === null) return;
          after(stopsAfter, failsAtStop ? () => over.reject(new Error('at its end')) : over.resolve);
        });
        try {
          await over.promise;
        } finally {
          active.set(name, (active.get(name) ?? 0) - 1);
        }
      },
    };
  };
  return { childOf, overlaps, active };
};

test('random trees with random failures never run a service twice, and end running or escalated', async () => {
  const ends = { running: 0, escalated: 0 };
  await fc.assert(
    fc.asyncProperty(tree, async (drawn) => {
      const clock = new VirtualClock();
      const { childOf, overlaps, active } = scripted(clock);
      const { system, escalations } = startTestSystem({
        kinds: [],
        clock,
        foundation: [childOf(drawn)],
        rootIntensity: { restartsMax: 1, periodMs: 20_000 },
      });
      const hasEnded = (): boolean => system.inspect().status === 'failed';
      const areRunning = (): boolean => nodesOf(system.inspect()).every(({ status }) => status === 'running');
      let steps = 0;
      /** For longer than any run that fails does. */
      const isQuiet = (): boolean => (steps = areRunning() ? steps + 1 : 0) > quietSteps;
      await until(clock, () => hasEnded() || isQuiet());
      expect(overlaps).toEqual([]);
      expect(hasEnded() || areRunning()).toBe(true);
      expect(escalations).toHaveLength(hasEnded() ? 1 : 0);
      if (!hasEnded()) expect([...active.values()]).toEqual([...active.values()].map(() => 1));
      ends[hasEnded() ? 'escalated' : 'running']++;
      const stopped = system.stop();
      await until(clock, () => system.inspect().status === 'stopped' || hasEnded());
      await stopped;
      expect(overlaps).toEqual([]);
    }),
    { numRuns: 150 },
  );
  // Both are common, or the trees would say little.
  expect(Math.min(ends.running, ends.escalated)).toBeGreaterThan(20);
}, 60_000);

const until = async (clock: VirtualClock, isMet: () => boolean): Promise<void> => {
  for (let step = 0; step < stepsMax && !isMet(); step++) {
    for (let turn = 0; turn < turnsToSettle; turn++) await new Promise((resolve) => setImmediate(resolve));
    clock.advance(stepMs);
  }
};
