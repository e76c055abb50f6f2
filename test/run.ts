/** The whole test (`npm test`): what the machine lacks, the checks, then every test; the last line counts them. */

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runChecks } from './check.ts';
import { show } from './command.ts';

interface Count {
  readonly passed: number;
  readonly failed: number;
}

const main = (): void => {
  show('bash', ['test/provision.sh']);
  const checks = runChecks();
  const tests = runTests(process.argv.slice(2));
  const failed = checks.failed + tests.failed;
  console.log(`${checks.passed + tests.passed} passed, ${failed} failed`);
  process.exitCode = failed === 0 ? 0 : 1;
};

/** What vitest's JSON report says of a run, as far as it is counted here. */
interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

const runTests = (given: readonly string[]): Count => {
  const folder = mkdtempSync(join(tmpdir(), 'xtrading-test-'));
  const reportFile = join(folder, 'report.json');
  try {
    const exitCode = show('vitest', [
      'run',
      '--reporter=default',
      '--reporter=json',
      `--outputFile.json=${reportFile}`,
      ...given,
    ]);
    return countReport(reportFile, exitCode);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
};

const countReport = (reportFile: string, exitCode: number): Count => {
  // Written by vitest in this run; a missing or broken report throws and ends the run as failed.
  const report = JSON.parse(readFileSync(reportFile, 'utf8')) as Report;
  // A file that can't be loaded has no tests to count; it is one failure.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  if (report.numPendingTests > 0)
    console.log(`${report.numPendingTests} not run: what they need is not on this machine`);
  // A rejected promise that no test awaited fails the run, though every test passed.
  return { passed: report.numPassedTests, failed: failed === 0 && exitCode !== 0 ? 1 : failed };
};

main();
