// Prints `passed failed skipped` of a run of the tests: count-results.mjs REPORT EXIT_CODE
// A run that failed without a failed test (a file that cannot be loaded, a crash, no report at all) counts as one failure.
import { readFileSync } from 'node:fs';

const [report = '', exitCode = '1'] = process.argv.slice(2);

/** @returns {{ numPassedTests: number, numFailedTests: number, numPendingTests: number, numTodoTests: number }} */
function read() {
  try {
    return JSON.parse(readFileSync(report, 'utf8'));
  } catch {
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}

const { numPassedTests, numFailedTests, numPendingTests, numTodoTests } = read();
const failed = exitCode === '0' ? numFailedTests : Math.max(1, numFailedTests);
process.stdout.write(`${numPassedTests} ${failed} ${numPendingTests + numTodoTests}\n`);
