/** Every life that a saga may have: undisturbed, and struck at each word that it exchanges with what is around it. */

import type { Blow, Moment, Strike } from './blows.ts';
import type { Program } from './program.ts';
import type { World } from './world.ts';

/** The first and the last time of each call, before and after it: what happens between is the same. */
const momentsOf = (moments: readonly Moment[]): readonly (readonly [moment: Moment, before: string])[] => {
  const counts = new Map<string, number>();
  for (const { call, nth } of moments) counts.set(call, Math.max(counts.get(call) ?? 0, nth));
  let before = '';
  return moments.flatMap((moment) => {
    const { call, nth } = moment;
    const place = [moment, before] as const;
    before += `${nameOf(moment)}\n`;
    return nth === 1 || nth === counts.get(call) ? [place] : [];
  });
};

/** What can happen to any call. */
const blowsAt = ({ call, side }: Moment): readonly Blow[] => [
  'killed',
  'frozen',
  'slow',
  ...(call.startsWith('journal') || side === 'after' ? (['unheard'] as const) : []),
  ...(side === 'before' ? (['refused', 'away'] as const) : []),
];

interface Lives {
  /** Begins, lives and ends; throws when something does not hold that must. */
  readonly live: (strike: Strike | null) => Promise<World>;
  /** What else may happen at any moment. */
  readonly meanwhile?: readonly ((program: Program) => void)[];
}

/**
 * Lives all of them one after the other, and tells of those that went wrong. Moments come from the
 * undisturbed life, so that a step that is new is struck too. What several sagas have in common until
 * then is struck once: `struck` remembers it.
 */
export const strikeEverywhere = async (
  { live, meanwhile = [] }: Lives,
  struck: Set<string>,
): Promise<{ readonly lives: number; readonly failures: readonly string[] }> => {
  const { moments } = await live(null);
  const failures: string[] = [];
  let lives = 1;
  for (const [moment, before] of momentsOf([...moments])) {
    const path = `${before}${nameOf(moment)}`;
    if (struck.has(path)) continue;
    struck.add(path);
    for (const blow of [...blowsAt(moment), ...meanwhile]) {
      lives++;
      const name = typeof blow === 'function' ? blow.name : blow;
      await live({ moment, blow }).catch((error: unknown) => {
        failures.push(`${name} ${nameOf(moment)}: ${error instanceof Error ? error.message : String(error)}`);
      });
    }
  }
  return { lives, failures };
};

const nameOf = ({ call, nth, side }: Moment): string => `${side} ${call} (${nth})`;
