import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isFinal, job, jobDetail, pageOf, type Job } from '#contracts';
import { compress } from '#engine/pipelines/compress/index.js';
import { ffmpeg, REAL } from '../support/media.ts';
import { loopScripts } from './bare-loop.ts';
import { Boilarr } from './boilarr.ts';
import { distinctCopies } from './clips.ts';
import { plainFigure, type Figure } from './figures.ts';
import { readJobLog, runningMs, type LoggedCommand } from './job-log.ts';
import type { Scene } from './scene.ts';
import { timedRun } from './timed-run.ts';

const CLIPS = 200;
const SLOTS = 2;
/** % of their time in which slots may lie idle while there is work */
const MOST_IDLE = 10;
const PAGE = 500;
/** ms in which all are done on any machine that is worth measuring */
const LIMIT_MS = 1_800_000;
/** ms; each look reads all jobs, which takes the server time */
const LOOK_EVERY_MS = 5000;

const SLOT_STEPS = new Set(compress.steps.filter((step) => step.slot).map((step) => step.name));

interface Busy {
  /** ms from the first slot's taking to the last one's giving back */
  wallMs: number;
  /** ms that slots were held, all together */
  heldMs: number;
  /** ms of these in which a program ran */
  runningMs: number;
  /** in the order in which the jobs took their slots */
  jobs: LoggedCommand[][];
}

/** One second of a film, with sound. */
async function oneSecond(scene: Scene): Promise<string> {
  const file = path.join(await scene.newFolder('slots'), 'second.mp4');
  await ffmpeg(
    ...['-ss', '8', '-t', '1', '-i', REAL.bunny, '-vf', 'scale=480:270', '-c:v', 'libx264'],
    ...['-b:v', '3M', '-c:a', 'aac', '-b:a', '192k', file],
  );
  return file;
}

async function allEnded(scene: Scene, server: Boilarr): Promise<Job[]> {
  for (const end = Date.now() + LIMIT_MS; ;) {
    const { records } = await server.request(pageOf(job), `jobs?pageSize=${PAGE}`);
    if (records.length === CLIPS && records.every(({ state }) => isFinal(state))) return records;
    if (Date.now() > end)
      throw new Error(`${records.filter(({ state }) => isFinal(state)).length} jobs ended`);
    await sleep(LOOK_EVERY_MS, undefined, { signal: scene.signal });
  }
}

/** What the jobs' logs tell of the slots: each is held from a job's first command in it to its last one's end. */
function busyOf(logs: readonly (readonly LoggedCommand[])[]): Busy {
  const spans = logs
    .map((commands) => {
      const inSlot = commands.filter(({ step }) => SLOT_STEPS.has(step));
      const [from, to] = [inSlot[0]?.startedAt ?? 0, inSlot.at(-1)?.endedAt ?? 0];
      return { from, to, inSlot, commands: [...commands] };
    })
    .sort((a, b) => a.from - b.from);
  return {
    wallMs: Math.max(...spans.map(({ to }) => to)) - Math.min(...spans.map(({ from }) => from)),
    heldMs: spans.reduce((sum, { from, to }) => sum + to - from, 0),
    runningMs: spans.reduce((sum, { inSlot }) => sum + runningMs(inSlot), 0),
    jobs: spans.map(({ commands }) => commands),
  };
}

async function encodeAll(
  scene: Scene,
  library: string,
  say: (text: string) => void,
): Promise<{ busy: Busy; workFolder: string; seconds: number }> {
  const config = await scene.newFolder('slots', 'config');
  const server = await Boilarr.start(scene, config);
  // The work waits until all is found: a scan beside it would take its part of the processors.
  await server.changeNode({ cpuSlots: SLOTS, enabled: false });
  const { id } = await server.addLibrary(library);
  await server.scan(id);
  say('all are queued');
  await server.changeNode({ enabled: true });
  const records = await allEnded(scene, server);
  const logs: LoggedCommand[][] = [];
  const claims: number[] = [];
  for (const { id: jobId, state, title, reason } of records) {
    if (state !== 'completed')
      throw new Error(`${title} was to be replaced: ${state}, ${reason?.message ?? ''}`);
    const { attempts, updatedAt } = await server.request(jobDetail, `jobs/${jobId}`);
    claims.push(Date.parse(attempts[0]?.startedAt ?? ''), Date.parse(updatedAt));
    logs.push(readJobLog(await server.text(`jobs/${jobId}/log`)));
  }
  await server.stop();
  const seconds = (Math.max(...claims) - Math.min(...claims)) / 1000;
  return { busy: busyOf(logs), workFolder: path.join(config, 'work'), seconds };
}

/** The very commands of the jobs, a script a job, as many at once as there are slots. @returns seconds */
async function bareXargs(
  scene: Scene,
  jobs: readonly LoggedCommand[][],
  folders: readonly (readonly [string, string])[],
): Promise<number> {
  const workFolder = folders[0]?.[1] ?? '';
  for (const name of new Set(jobs.flat().flatMap(({ line }) => /\/work\/(job-\d+)\//.exec(line)?.[1] ?? [])))
    await mkdir(path.join(workFolder, name));
  const scripts = loopScripts({ jobs, folders });
  const files: string[] = [];
  for (const [index, script] of scripts.entries()) {
    const file = path.join(workFolder, `${index}.sh`);
    await writeFile(file, script);
    files.push(file);
  }
  const list = path.join(workFolder, 'list');
  await writeFile(list, files.join('\0'));
  const args = ['-n', '10', 'xargs', '-0', '-n1', `-P${SLOTS}`, 'sh'];
  return (await timedRun(scene, 'nice', args, list)) / 1000;
}

/** Many films of one second in two slots: how much of the time the slots are busy, and what the bare commands take. */
export async function benchSlots(scene: Scene, say: (text: string) => void): Promise<Figure[]> {
  say(`makes ${CLIPS} films of one second`);
  const clip = await oneSecond(scene);
  const library = await scene.newFolder('slots', 'library');
  const films = await scene.newFolder('slots', 'films');
  await distinctCopies(clip, library, CLIPS);
  await distinctCopies(clip, films, CLIPS);
  const { busy, workFolder, seconds } = await encodeAll(scene, library, say);
  say(`${seconds.toFixed(1)} s from the first claim to the last replacement`);
  const bare = await bareXargs(scene, busy.jobs, [
    [workFolder, await scene.newFolder('slots', 'loop')],
    [library, films],
  ]);
  const share = (ms: number) => (ms / (busy.wallMs * SLOTS)) * 100;
  return [
    plainFigure({
      id: 'slots.share',
      name: `${CLIPS} films of one second, share of time that ${SLOTS} slots were held`,
      ...{ value: share(busy.heldMs), unit: '%', aim: null },
    }),
    plainFigure({
      id: 'slots.idle',
      name: '  share of time that nothing ran in them',
      ...{ value: 100 - share(busy.runningMs), unit: '%', aim: MOST_IDLE },
    }),
    {
      id: 'slots',
      name: `  first claim to last replacement, against xargs -P${SLOTS}`,
      unit: 's',
      value: seconds,
      samples: [seconds],
      baseline: bare,
      baselineSamples: [bare],
      aim: null,
    },
  ];
}
