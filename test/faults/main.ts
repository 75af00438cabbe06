import { randomInt } from 'node:crypto';
import { FAULT_POINTS } from '../../server/src/replace/fault-points.ts';
import { endAll } from './installation.ts';
import { runRounds } from './run-rounds.ts';

const rounds = Number(process.env['FAULT_ROUNDS'] ?? 300);
const seed = Number(process.env['FAULT_SEED'] ?? randomInt(2 ** 31));
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  throw new Error('FAULT_ROUNDS wants a number of rounds, FAULT_SEED a whole number');
}
const say = (line: string) => process.stdout.write(`${line}\n`);

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    void endAll().then(() => process.exit(130));
  });
}
say(`FAULT_SEED=${seed} FAULT_ROUNDS=${rounds}`);
const started = performance.now();
const report = await runRounds({ rounds, seed, clips: process.env['FAULT_CLIPS'], say });
say('');
say('killed at            times   not come by');
for (const point of FAULT_POINTS) {
  const times = String(report.reached.get(point) ?? 0).padStart(5);
  say(`${point.padEnd(20)} ${times}   ${report.missed.get(point) ?? 0}`);
}
say('');
for (const problem of report.problems) say(problem);
for (const folder of report.kept) say(`kept for a look: ${folder}`);
say(
  `${report.rounds} rounds, ${report.kills} kills, ${report.problems.length} problems, seed ${seed}, ` +
    `${((performance.now() - started) / 60_000).toFixed(1)} min`,
);
process.exitCode = report.problems.length === 0 && report.rounds === rounds ? 0 : 1;
