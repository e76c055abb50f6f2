/** How long the program takes to end at most, as its sources say: what a manifest must allow it. */

import { textOf } from './repository/tracked-files.ts';

/** Everything that is closed takes all of its bound, one after the other, and what hangs is left behind. */
export const stopSecondsMax = (): number => {
  const closings = [...textOf('cli/platform/platform.ts').matchAll(/\bclosing\('[^']+', (\d+),/g)];
  const afterwards = numberIn('cli/commands/start.ts', 'endMsMax') / 1_000;
  const seconds = closings.reduce((sum, [, bound]) => sum + Number(bound), afterwards);
  // What gives actors away, and the gateway's connections, end within the tree's bound, which is one of those.
  if (closings.length < 5 || seconds < handOverSecondsMax()) throw new Error('The bounds of a stop are not found.');
  return seconds;
};

/** A node that ends tries so long to give its actors to others. */
const handOverSecondsMax = (): number => numberIn('cluster/open-cluster.ts', 'leaveMsMax') / 1_000;

const numberIn = (path: string, name: string): number => {
  const found = new RegExp(`^const ${name} = ([\\d_]+);`, 'm').exec(textOf(path))?.[1];
  if (found === undefined) throw new Error(`${path} has no ${name}.`);
  return Number(found.replaceAll('_', ''));
};
