/** How many tests of a vitest run passed and failed, so that nothing that went wrong is lost from the count. */

export interface TestCount {
  readonly passed: number;
  readonly failed: number;
}

/** What vitest's JSON report says of a run, as far as it is counted here. */
export interface TestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly { readonly status: string; readonly assertionResults: readonly unknown[] }[];
}

/** Counts a run by its report, or its absence, and vitest's exit code. */
export const countTests = (report: TestReport | null, exitCode: number): TestCount => {
  if (report === null) return { passed: 0, failed: 1 };
  // A file that can't be loaded has no tests to count; it is one failure.
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  const failed = report.numFailedTests + unloaded;
  // A rejected promise that no test awaited fails the run, though every test passed; so does a run of nothing.
  const isUncounted = failed === 0 && (exitCode !== 0 || report.numPassedTests === 0);
  return { passed: report.numPassedTests, failed: isUncounted ? 1 : failed };
};
