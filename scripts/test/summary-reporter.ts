import type { Reporter, TestModule } from 'vitest/node';

/** Closes a run with one line for machines: `N passed, N failed`, and `, N skipped` when there are some. */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    for (const module of modules) {
      // A file that cannot be loaded has no tests that could fail for it.
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) counts[test.result().state] += 1;
    }
    const skipped = counts.skipped + counts.pending;
    const line = `${String(counts.passed)} passed, ${String(counts.failed)} failed`;
    // After what the other reporters still write.
    process.once('exit', () => {
      process.stdout.write(`${line}${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`);
    });
  }
}
