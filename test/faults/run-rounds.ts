import path from 'node:path';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { FaultPoint } from '../../server/src/replace/fault-points.ts';
import { faultClips } from './clips.ts';
import { leftInWork } from './checks.ts';
import { FaultRun, type RoundResult } from './fault-run.ts';
import { Installation, type Arrangement } from './installation.ts';
import { describeFault, planRound, type Round } from './plan.ts';
import { Random } from './random.ts';

export interface RoundsOptions {
  rounds: number;
  seed: number;
  /** a folder of clips; none: cuts of real films */
  clips: string | undefined;
  say: (line: string) => void;
}

/** What the rounds of one arrangement, or of all, came to. */
export interface RoundsReport {
  rounds: number;
  problems: string[];
  /** how often the server killed itself at each point */
  reached: Map<FaultPoint, number>;
  /** how often a point was armed and not come by */
  missed: Map<FaultPoint, number>;
  /** processes killed */
  kills: number;
  /** folders that were kept because something was wrong in them */
  kept: string[];
}

function emptyReport(): RoundsReport {
  return { rounds: 0, problems: [], reached: new Map(), missed: new Map(), kills: 0, kept: [] };
}

function count(into: Map<FaultPoint, number>, points: readonly FaultPoint[]): void {
  for (const point of points) into.set(point, (into.get(point) ?? 0) + 1);
}

function line(plan: Round, result: RoundResult): string {
  const then = plan.then.length === 0 ? '' : `, then ${plan.then.join(', ')}`;
  const missed = result.missed.length === 0 ? '' : `; not come by: ${result.missed.join(', ')}`;
  const end = result.problems.length === 0 ? 'whole' : 'WRONG';
  return `${plan.work}: ${describeFault(plan.first)}${then}${missed}: ${end} (${(result.ms / 1000).toFixed(1)} s)`;
}

/**
 * Half of the rounds with Redis and agent run by the server, half with each on its own, side by side: both spend most
 * of their time waiting for programs to start. An arrangement ends at its first problem.
 */
export async function runRounds(options: RoundsOptions): Promise<RoundsReport> {
  const clips = await faultClips(options.clips);
  const half = Math.ceil(options.rounds / 2);
  const reports = await Promise.all([
    playRounds('together', 0, half, clips, options),
    playRounds('apart', half, options.rounds, clips, options),
  ]);
  const total = emptyReport();
  for (const report of reports) {
    total.rounds += report.rounds;
    total.kills += report.kills;
    total.problems.push(...report.problems);
    total.kept.push(...report.kept);
    for (const [point, times] of report.reached)
      total.reached.set(point, (total.reached.get(point) ?? 0) + times);
    for (const [point, times] of report.missed)
      total.missed.set(point, (total.missed.get(point) ?? 0) + times);
  }
  return total;
}

async function playRounds(
  kind: Arrangement,
  from: number,
  to: number,
  clips: readonly string[],
  { seed, rounds, say }: RoundsOptions,
): Promise<RoundsReport> {
  const report = emptyReport();
  const folder = await mkdtemp(path.join(tmpdir(), `boilarr-faults-${kind}-`));
  const installation = await Installation.create(folder, kind);
  try {
    const run = new FaultRun(installation, clips, new Random(seed));
    await run.begin();
    for (let number = from; number < to && report.problems.length === 0; number += 1) {
      // Each round draws from a seed of its own, so that it is the same one whatever went before.
      const plan = planRound(number, new Random(seed + number * 7919));
      const result = await run.round(plan);
      report.rounds += 1;
      count(report.reached, result.reached);
      count(report.missed, result.missed);
      report.kills += result.reached.length + result.killed;
      say(`round ${number + 1}/${rounds} ${kind} ${line(plan, result)}`);
      for (const problem of result.problems) say(`  ${problem}`);
      report.problems.push(...result.problems.map((problem) => `round ${number + 1}: ${problem}`));
    }
    if (report.problems.length === 0) report.problems.push(...(await tidyEnd(installation, say)));
  } catch (error) {
    report.problems.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await installation.end();
    if (report.problems.length === 0) await rm(folder, { recursive: true, force: true });
    else report.kept.push(folder);
  }
  return report;
}

/** Stopped as a service manager would, and started once more: nothing is left in the work folder. */
async function tidyEnd(installation: Installation, say: (line: string) => void): Promise<string[]> {
  const ms = await installation.stop();
  say(`${installation.arrangement}: stopped in ${(ms / 1000).toFixed(1)} s`);
  await installation.start();
  await installation.agentJoined();
  await installation.stop();
  return leftInWork(installation.work);
}
