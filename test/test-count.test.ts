import { describe, expect, test } from 'vitest';
import { countTests } from './test-count.ts';
import type { TestReport } from './test-count.ts';

const report = (passed: number, failed: number, testResults: TestReport['testResults'] = []): TestReport => ({
  numPassedTests: passed,
  numFailedTests: failed,
  numPendingTests: 0,
  testResults,
});

describe('the count of tests', () => {
  test('is what the report says', () => {
    expect(countTests(report(5, 0), 0)).toEqual({ passed: 5, failed: 0 });
    expect(countTests(report(5, 2), 1)).toEqual({ passed: 5, failed: 2 });
  });

  test('has a file that could not be loaded as a failure', () => {
    const files = [
      { status: 'failed', assertionResults: [] },
      { status: 'failed', assertionResults: [{}] },
      { status: 'passed', assertionResults: [{}] },
    ];
    expect(countTests(report(1, 1, files), 1)).toEqual({ passed: 1, failed: 2 });
  });

  test('has a failure where vitest failed and no test did', () => {
    expect(countTests(report(5, 0), 1)).toEqual({ passed: 5, failed: 1 });
  });

  test('has a failure where nothing ran or nothing was reported', () => {
    expect(countTests(report(0, 0), 0)).toEqual({ passed: 0, failed: 1 });
    expect(countTests(null, 1)).toEqual({ passed: 0, failed: 1 });
  });
});
