import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FaultPoint } from '../../server/src/replace/fault-points.ts';
import { faultClips } from './clips.ts';
import { leftInWork } from './checks.ts';
import { FaultRun } from './fault-run.ts';
import { Installation, type Arrangement } from './installation.ts';
import { describeFault, planRound } from './plan.ts';
import { Random } from './random.ts';

export interface RoundsOptions {
  rounds: number;
  seed: number;
  /** a folder of clips; none: cuts of real films */
  clips: string | undefined;
  say: (line: string) => void;
}

export interface RoundsReport {
  rounds: number;
  problems: string[];
  /** how often the server killed itself at each point */
  reached: Map<FaultPoint, number>;
  missed: Map<FaultPoint, number>;
  kills: number;
  /** folders that were kept because something was wrong in them */
  kept: string[];
}

/** Half of the rounds with Redis and agent run by the server, half with each on its own. */
export async function runRounds(options: RoundsOptions): Promise<RoundsReport> {
  const report: RoundsReport = {
    rounds: 0,
    problems: [],
    reached: new Map(),
    missed: new Map(),
    kills: 0,
    kept: [],
  };
  const clips = await faultClips(options.clips);
  const half = Math.ceil(options.rounds / 2);
  await arrangement('together', 0, half, clips, options, report);
  await arrangement('apart', half, options.rounds, clips, options, report);
  return report;
}

async function arrangement(
  kind: Arrangement,
  from: number,
  to: number,
  clips: readonly string[],
  { seed, rounds, say }: RoundsOptions,
  report: RoundsReport,
): Promise<void> {
  const folder = await mkdtemp(path.join(tmpdir(), `boilarr-faults-${kind}-`));
  const before = report.problems.length;
  const installation = await Installation.create(folder, kind);
  try {
    // Each round draws from a seed of its own, so that one can be told from another whatever went before.
    const run = new FaultRun(installation, clips, new Random(seed));
    await run.begin();
    for (let number = from; number < to; number += 1) {
      const plan = planRound(number, new Random(seed + number * 7919));
      const result = await run.round(plan);
      report.rounds += 1;
      for (const point of result.reached) report.reached.set(point, (report.reached.get(point) ?? 0) + 1);
      for (const point of result.missed) report.missed.set(point, (report.missed.get(point) ?? 0) + 1);
      report.kills += result.reached.length + (plan.first.kind === 'kill' ? plan.first.victims.length : 0);
      const then = plan.then.length === 0 ? '' : `, then ${plan.then.join(', ')}`;
      const missed = result.missed.length === 0 ? '' : `; not reached: ${result.missed.join(', ')}`;
      say(
        `round ${number + 1}/${rounds} ${kind} ${plan.work}: ${describeFault(plan.first)}${then}${missed}: ` +
          `${result.problems.length === 0 ? 'whole' : 'WRONG'} (${(result.ms / 1000).toFixed(1)} s)`,
      );
      for (const problem of result.problems) {
        say(`  ${problem}`);
        report.problems.push(`round ${number + 1}: ${problem}`);
      }
      if (result.problems.length > 0) break;
    }
    const ms = await installation.stop();
    say(`${kind}: stopped in ${(ms / 1000).toFixed(1)} s`);
    await installation.start();
    await installation.stop();
    for (const left of await leftInWork(installation.work)) report.problems.push(`${kind}: ${left}`);
  } catch (error) {
    report.problems.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await installation.end();
    if (report.problems.length === before) await rm(folder, { recursive: true, force: true });
    else report.kept.push(folder);
  }
}
