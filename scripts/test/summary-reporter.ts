import type { Reporter, TestModule } from 'vitest/node';

/**
 * Closes a run with what was skipped, whose names say why, and one line for machines: `N passed, N failed`, and
 * `, N skipped` when there are some.
 */
export default class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const counts = { passed: 0, failed: errors.length, skipped: 0, pending: 0 };
    const left: string[] = [];
    for (const module of modules) {
      // A file that cannot be loaded has no tests that could fail for it.
      counts.failed += module.errors().length;
      for (const test of module.children.allTests()) {
        const result = test.result();
        counts[result.state] += 1;
        if (result.state !== 'skipped') continue;
        left.push(result.note === undefined ? test.fullName : `${test.fullName} (${result.note})`);
      }
    }
    const skipped = counts.skipped + counts.pending;
    const line = `${String(counts.passed)} passed, ${String(counts.failed)} failed`;
    // After what the other reporters still write.
    process.once('exit', () => {
      for (const name of left) process.stdout.write(`skipped: ${name}\n`);
      process.stdout.write(`${line}${skipped > 0 ? `, ${String(skipped)} skipped` : ''}\n`);
    });
  }
}
