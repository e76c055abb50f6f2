/** How long the program takes to end at most, as its sources say: what a manifest must allow it. */

import { textOf } from './repository/tracked-files.ts';

/** Everything that is closed takes all of its bound, one after the other, and what hangs is left behind. */
export const stopSecondsMax = (): number => {
  const closings = [...textOf('cli/platform/platform.ts').matchAll(/\bclosing\('[^']+', (\d+),/g)];
  if (closings.length < 5) throw new Error('The bounds of a stop are not found.');
  const tree = numberIn('cli/platform/platform.ts', 'treeSecondsMax');
  const afterwards = numberIn('cli/commands/start.ts', 'endMsMax') / 1_000;
  return closings.reduce((sum, [, bound]) => sum + Number(bound), tree + afterwards);
};

const numberIn = (path: string, name: string): number => {
  const found = new RegExp(`^const ${name} = ([\\d_]+);`, 'm').exec(textOf(path))?.[1];
  if (found === undefined) throw new Error(`${path} has no ${name}.`);
  return Number(found.replaceAll('_', ''));
};
