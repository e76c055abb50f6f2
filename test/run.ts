/** The whole test (`npm test`): what the machine lacks, the checks, then every test; the last line counts them. */

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './check.ts';
import { show } from './command.ts';
import { countTests } from './test-count.ts';
import type { TestCount, TestReport } from './test-count.ts';

const main = (): void => {
  // What it can't install it names; the tests that need it then fail and say so too.
  show('bash', ['test/provision.sh']);
  const checks = runChecks();
  const tests = runTests(process.argv.slice(2));
  const failed = checks.failed + tests.failed;
  console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

const runTests = (given: readonly string[]): TestCount => {
  const folder = mkdtempSync(join(tmpdir(), 'xtrading-test-'));
  const file = join(folder, 'report.json');
  try {
    const exitCode = show('vitest', [
      'run',
      '--project=unit',
      '--project=int',
      '--project=timed',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${file}`,
      ...given,
    ]);
    // Written by vitest in this run, in the form that it documents.
    const report = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as TestReport) : null;
    const notRun = report?.numPendingTests ?? 0;
    if (notRun > 0) console.log(`${notRun} tests were not run: they need data or abilities that this machine lacks`);
    return countTests(report, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

main();
