import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import LongestFirst from './scripts/test/longest-first.ts';

const room = (path: string) => fileURLToPath(new URL(path, import.meta.url));

/** The rooms' sources in place of the built files that package.json's `imports` name, and cases that can be had again. */
const alias = [
  { find: /^#contracts$/, replacement: room('./contracts/src/index.ts') },
  { find: /^#engine\/(.*)\.js$/, replacement: room('./engine/src/$1.ts') },
  { find: /^fast-check$/, replacement: room('./scripts/test/seeded-fast-check.ts') },
];

/** Tests that ask how soon something happens. */
const ALONE = ['test/bench/**/*.test.ts', 'test/e2e/shutdown.test.ts'];

export default defineConfig({
  test: {
    // What a passing test logs is of no interest.
    silent: 'passed-only',
    reporters: [
      'default',
      ['json', { outputFile: 'test/.cache/results.json' }],
      './scripts/test/summary-reporter.ts',
    ],
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        resolve: { alias },
        test: {
          name: 'unit',
          // Each in an environment of its own costs a quarter more, and hides what one leaves behind for the next.
          isolate: false,
          include: ['{contracts,engine,server,node-agent,client}/src/**/*.spec.ts'],
          environment: 'node',
          // Also where there are two cores, of which vitest would leave one alone.
          maxWorkers: 2,
          // Some put whole modules together, which takes its time on a busy machine.
          testTimeout: 30_000,
          setupFiles: ['scripts/test/quiet-nest.ts'],
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'media',
          include: ['test/media/**/*.test.ts'],
          environment: 'node',
          sequence: { groupOrder: 1 },
          // Tools on files of their own: two at a time, since most of them use one core.
          maxWorkers: 2,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'integration',
          include: ['test/**/*.test.ts'],
          exclude: ['test/media/**', ...ALONE],
          sequence: { groupOrder: 2 },
          environment: 'node',
          // They start servers and encoders of the built program, each in folders and at ports of its own, and
          // wait for them most of the time.
          maxWorkers: 3,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
      {
        resolve: { alias },
        test: {
          name: 'alone',
          include: ALONE,
          sequence: { groupOrder: 3 },
          environment: 'node',
          maxWorkers: 1,
          fileParallelism: false,
          testTimeout: 180_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
