import { expect, it } from 'vitest';
import { runRounds } from './run-rounds.js';

const ROUNDS = 25;
/** The same rounds each time: what fails here fails again at a desk. */
const SEED = 20_010_911;

it('keeps every film whole, whichever of server, agent and Redis is killed at whatever moment', async () => {
  const lines: string[] = [];
  const report = await runRounds({
    rounds: ROUNDS,
    seed: SEED,
    clips: process.env['FAULT_CLIPS'],
    say: (line) => lines.push(line),
  });
  expect(report.problems, lines.join('\n')).toEqual([]);
  expect(report.rounds).toBe(ROUNDS);
  // A harness that kills nobody proves nothing.
  const reached = [...report.reached.values()].reduce((sum, times) => sum + times, 0);
  expect(reached).toBeGreaterThan(10);
}, 1_200_000);
