/** The order of test files that take long: a long one that begins last would keep one core idle until it ends. */

import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

/** Measured on two cores; those that are not named take less than half a minute. */
const longest = [
  'test/newcomer.int.test.ts',
  'test/terminal.int.test.ts',
  'test/server-commands.int.test.ts',
  'test/report.int.test.ts',
  'cli/command-line.int.test.ts',
  'cli/cached-results.int.test.ts',
  'persistence/postgres/journal.int.test.ts',
];

const placeOf = ({ moduleId }: TestSpecification): number => {
  const place = longest.findIndex((file) => moduleId.endsWith(file));
  return place === -1 ? longest.length : place;
};

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    return sorted.toSorted((one, other) => placeOf(one) - placeOf(other));
  }
}
