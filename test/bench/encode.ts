import { copyFile, mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { historyEntry, isFinal, job, jobDetail, pageOf, type Job } from '#contracts';
import { compress } from '#engine/pipelines/compress/index.js';
import { runBareLoop } from './bare-loop.ts';
import { Boilarr } from './boilarr.ts';
import { FILM_COUNT, wastefulFilms } from './clips.ts';
import { median, medianFigure, plainFigure, type Figure } from './figures.ts';
import { readJobLog, slotIdle, type LoggedCommand, type SlotIdle } from './job-log.ts';
import type { Scene } from './scene.ts';

const ROUNDS = 2;
const RATIO_AIM = 1.03;
const IDLE_AIM_MS = 200;
/** ms in which ten films of ten seconds are done on any machine that is worth measuring */
const LIMIT_MS = 600_000;
/** ms between looks at the jobs; each costs the server a little of what is measured */
const LOOK_EVERY_MS = 1000;

const SLOT_STEPS = new Set(compress.steps.filter((step) => step.slot).map((step) => step.name));

interface EncodeRun {
  /** seconds from the first claim to the last replacement */
  seconds: number;
  /** in the order of their claims */
  jobs: LoggedCommand[][];
  library: string;
  workFolder: string;
}

async function copyInto(source: string, target: string): Promise<void> {
  for (const name of await readdir(source)) await copyFile(path.join(source, name), path.join(target, name));
}

async function allEnded(scene: Scene, server: Boilarr): Promise<Job[]> {
  for (const end = Date.now() + LIMIT_MS; ;) {
    const { records } = await server.request(pageOf(job), `jobs?pageSize=${FILM_COUNT * 2}`);
    if (records.length === FILM_COUNT && records.every(({ state }) => isFinal(state))) return records;
    if (Date.now() > end) throw new Error(`the jobs did not end: ${JSON.stringify(records)}`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: scene.signal });
  }
}

/** All films through Boilarr, from an empty database on. */
async function encodeAll(scene: Scene, films: string, round: number): Promise<EncodeRun> {
  const config = await scene.newFolder('encode', `config-${round}`);
  const library = await scene.newFolder('encode', `library-${round}`);
  await copyInto(films, library);
  const server = await Boilarr.start(scene, config);
  await server.changeNode({ cpuSlots: 1 });
  const { id } = await server.addLibrary(library);
  await server.scan(id);
  const records = await allEnded(scene, server);
  const jobs: { claimedAt: number; commands: LoggedCommand[] }[] = [];
  for (const { id: jobId, state, title, reason } of records) {
    const { attempts } = await server.request(jobDetail, `jobs/${jobId}`);
    const [attempt] = attempts;
    if (state !== 'completed' || attempts.length !== 1 || attempt === undefined) {
      throw new Error(`${title} was to be replaced at the first attempt: ${state}, ${reason?.message ?? ''}`);
    }
    const commands = readJobLog(await server.text(`jobs/${jobId}/log`));
    jobs.push({ claimedAt: Date.parse(attempt.startedAt), commands });
  }
  const history = await server.request(pageOf(historyEntry), `history?pageSize=${FILM_COUNT * 2}`);
  const replacedAt = Math.max(...history.records.map(({ at }) => Date.parse(at)));
  await server.stop();
  jobs.sort((a, b) => a.claimedAt - b.claimedAt);
  return {
    seconds: (replacedAt - (jobs[0]?.claimedAt ?? Number.NaN)) / 1000,
    jobs: jobs.map(({ commands }) => commands),
    library,
    workFolder: path.join(config, 'work'),
  };
}

async function loopOf(scene: Scene, films: string, round: number, run: EncodeRun): Promise<number> {
  const workFolder = await scene.newFolder('encode', `loop-${round}`);
  for (const name of new Set(
    run.jobs.flat().flatMap(({ line }) => /\/work\/(job-\d+)\//.exec(line)?.[1] ?? []),
  )) {
    await mkdir(path.join(workFolder, name));
  }
  const folders = [
    [run.workFolder, workFolder],
    [run.library, films],
  ] as const;
  return runBareLoop(scene, { jobs: run.jobs, folders, workFolder });
}

function idleFigures(runs: readonly SlotIdle[]): Figure[] {
  const between = runs.flatMap((run) => run.between);
  const inside = runs.flatMap((run) => run.inside);
  const name = 'slot idle between jobs while others wait';
  const figure = { unit: 'ms' as const, baseline: null, baselineSamples: [] };
  return [
    {
      ...figure,
      id: 'idle.max',
      name: `${name}, longest`,
      value: Math.max(...between),
      aim: IDLE_AIM_MS,
      samples: between,
    },
    {
      ...figure,
      id: 'idle.median',
      name: `${name}, median`,
      value: median(between),
      aim: IDLE_AIM_MS,
      samples: between,
    },
    plainFigure({
      id: 'idle.inside',
      name: '  between the commands of one job, median of the sums',
      value: median(inside),
      unit: 'ms',
      aim: null,
    }),
  ];
}

/** Ten films from first claim to last replacement in one slot, against their commands alone; and the slot's idle times. */
export async function benchEncode(scene: Scene, say: (text: string) => void): Promise<Figure[]> {
  say(`makes ${FILM_COUNT} films`);
  const films = await wastefulFilms(scene);
  const samples: number[] = [];
  const baselineSamples: number[] = [];
  const idle: SlotIdle[] = [];
  let last: EncodeRun | null = null;
  for (let round = 1; round <= ROUNDS; round += 1) {
    // In turns, so that neither always comes when the machine is warm; the commands are the same in each round.
    const loopFirst = round % 2 === 0 && last !== null;
    if (loopFirst && last !== null) baselineSamples.push(await loopOf(scene, films, round, last));
    const run = await encodeAll(scene, films, round);
    if (!loopFirst) baselineSamples.push(await loopOf(scene, films, round, run));
    last = run;
    samples.push(run.seconds);
    idle.push(slotIdle(run.jobs, (step) => SLOT_STEPS.has(step)));
    say(
      `round ${round}: ${run.seconds.toFixed(2)} s; bare loop ${baselineSamples.at(-1)?.toFixed(2) ?? ''} s`,
    );
  }
  return [
    medianFigure({
      id: 'encode',
      name: `${FILM_COUNT} films, first claim to last replacement`,
      unit: 's',
      aim: RATIO_AIM,
      samples,
      baselineSamples,
    }),
    ...idleFigures(idle),
  ];
}
