import { writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { library } from '#contracts';
import { FFPROBE_ARGS } from '#engine/media/ffprobe.js';
import { fileUrl } from '#engine/tools/ffprobe.js';
import { Boilarr } from './boilarr.ts';
import { distinctCopies, shortClip } from './clips.ts';
import { medianFigure, type Figure } from './figures.ts';
import type { Scene } from './scene.ts';
import { timedRun } from './timed-run.ts';

const FILES = 500;
const ROUNDS = 3;
const RATIO_AIM = 1.1;

/** Leaves every file alone: the scan itself is measured, not what follows it. */
const PROFILE = 'act:\n  goodVideoCodecs: [av1, h264]\n';

/** @returns ms from the request to the end of the scan */
async function scanFirst(scene: Scene, round: number, root: string): Promise<number> {
  const server = await Boilarr.start(scene, await scene.newFolder('first-scan', `config-${round}`), PROFILE);
  const { id } = await server.addLibrary(root);
  const { status, elapsedMs } = await server.scan(id);
  const { statistics } = await server.request(library, `libraries/${id}`);
  await server.stop();
  if (status.counts.probed !== FILES || statistics.skipped !== FILES) {
    throw new Error(
      `the scan was to probe and skip ${FILES} files: ${JSON.stringify({ status, statistics })}`,
    );
  }
  return elapsedMs;
}

/** The first scan of a library, against ffprobe alone on as many cores. */
export async function benchFirstScan(scene: Scene, say: (text: string) => void): Promise<Figure[]> {
  const root = await scene.newFolder('first-scan', 'library');
  say(`makes ${FILES} files`);
  const files = await distinctCopies(await shortClip(scene), root, FILES);
  const list = path.join(scene.folder, 'first-scan', 'list');
  await writeFile(list, files.map((file) => `${fileUrl(file)}\0`).join(''));
  const lanes = String(availableParallelism());
  const probe = () =>
    timedRun(scene, 'xargs', ['-0', '-P', lanes, '-n', '1', 'ffprobe', ...FFPROBE_ARGS], list);

  const scans: number[] = [];
  const probes: number[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    // In turns, so that neither always comes when the machine is warm.
    if (round % 2 === 0) probes.push(await probe());
    scans.push(await scanFirst(scene, round, root));
    if (round % 2 === 1) probes.push(await probe());
    say(
      `round ${round}: ${Math.round(scans.at(-1) ?? 0)} ms; xargs ffprobe ${Math.round(probes.at(-1) ?? 0)} ms`,
    );
  }
  return [
    medianFigure({
      id: 'first-scan',
      name: `first scan of ${FILES} files`,
      unit: 'ms',
      aim: RATIO_AIM,
      samples: scans,
      baselineSamples: probes,
    }),
  ];
}
