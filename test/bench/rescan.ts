import { lstat, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import Database from 'better-sqlite3';
import { z } from 'zod';
import { profileResource } from '#contracts';
import { streamsOf, type MediaInfo } from '#engine/media/media-info.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { Boilarr } from './boilarr.ts';
import { shortClip } from './clips.ts';
import { medianFigure, plainFigure, type Figure } from './figures.ts';
import { childrenOf, memoryOf } from './process-table.ts';
import type { Scene } from './scene.ts';
import { timedRun } from './timed-run.ts';

const FOLDERS = 400;
const FILES_EACH = 50;
const FILES = FOLDERS * FILES_EACH;
const ROUNDS = 5;

const RATIO_AIM = 4;
const MEMORY_AIM_MB = 250;

const MB = 1e6;

interface TreeFile {
  directory: string;
  name: string;
}

/** Files of a few bytes each: a walk looks at names, sizes and times, and opens none. */
async function makeTree(root: string): Promise<TreeFile[]> {
  const files: TreeFile[] = [];
  for (let folder = 0; folder < FOLDERS; folder += 1) {
    const directory = `Series ${String(folder % 20).padStart(2, '0')}/Season ${String(folder).padStart(3, '0')}`;
    await mkdir(path.join(root, directory), { recursive: true });
    const names = Array.from(
      { length: FILES_EACH },
      (_, index) => `Episode ${String(index).padStart(2, '0')}.mkv`,
    );
    await Promise.all(
      names.map((name, index) => writeFile(path.join(root, directory, name), 'x'.repeat(index + 1))),
    );
    files.push(...names.map((name) => ({ directory, name })));
  }
  return files;
}

/**
 * Puts the tree's files into the database as a first scan would have left them, had they been films that the profile
 * leaves alone: with everything that a probe says of one, so that the rows are as long as real ones.
 */
async function seed(
  configDirectory: string,
  row: { libraryId: number; root: string; profileHash: string; info: MediaInfo; files: readonly TreeFile[] },
): Promise<void> {
  const video = streamsOf(row.info, 'video')[0];
  const database = new Database(path.join(configDirectory, 'boilarr.db'), { fileMustExist: true });
  try {
    const insert = database.prepare(
      `INSERT INTO "media_file" ("libraryId", "directory", "name", "size", "mtimeNs", "inode", "headTailHash", "status",
         "reasonCode", "reasonMessage", "profileHash", "container", "videoCodec", "width", "height", "durationSeconds",
         "mediaInfo", "updatedAt")
       VALUES (@libraryId, @directory, @name, @size, @mtimeNs, @inode, @headTailHash, 'skipped', 'good_codec',
         'the video is AV1 already', @profileHash, @container, @videoCodec, @width, @height, @durationSeconds, @mediaInfo, @now)`,
    );
    const common = {
      libraryId: row.libraryId,
      profileHash: row.profileHash,
      headTailHash: '0'.repeat(64),
      container: row.info.container.formatNames[0] ?? null,
      videoCodec: video?.codec ?? null,
      width: video?.width ?? null,
      height: video?.height ?? null,
      durationSeconds: row.info.container.durationSeconds,
      mediaInfo: JSON.stringify(row.info),
      now: Date.now(),
    };
    database.exec('BEGIN');
    for (const { directory, name } of row.files) {
      const stat = await lstat(path.join(row.root, directory, name), { bigint: true });
      insert.run({
        ...common,
        directory,
        name,
        size: Number(stat.size),
        mtimeNs: stat.mtimeNs.toString(),
        inode: `${stat.dev}:${stat.ino}`,
      });
    }
    database.exec('COMMIT');
  } finally {
    database.close();
  }
}

/** @returns ms that the walk took, and ms of the scan from the request to its end */
async function rescan(server: Boilarr, libraryId: number): Promise<{ walkMs: number; elapsedMs: number }> {
  const { status, elapsedMs } = await server.scan(libraryId);
  const { unchanged, probed, added, changed, missing } = status.counts;
  if (
    unchanged !== FILES ||
    probed + added + changed + missing + status.toProbe > 0 ||
    status.walkMs === null
  ) {
    throw new Error(
      `the rescan was to find ${FILES} unchanged files and nothing else: ${JSON.stringify(status)}`,
    );
  }
  return { walkMs: status.walkMs, elapsedMs };
}

/** The memory of the server's own process, and of the children that it keeps. */
function memoryFigures(server: Boilarr): Figure[] {
  const own = memoryOf(server.pid);
  const figures = [
    plainFigure({
      id: 'rescan.memory.peak',
      name: 'server process, most memory ever',
      value: own.peak / MB,
      unit: 'MB',
      aim: MEMORY_AIM_MB,
    }),
    plainFigure({
      id: 'rescan.memory.after',
      name: 'server process, memory after the rescans',
      value: own.resident / MB,
      unit: 'MB',
      aim: MEMORY_AIM_MB,
    }),
  ];
  for (const child of childrenOf(server.pid)) {
    const what = child.command.includes('redis-server') ? 'redis' : 'node agent';
    const { peak } = memoryOf(child.pid);
    figures.push(
      plainFigure({
        id: `rescan.memory.${what.replace(' ', '-')}`,
        name: `${what}, most memory ever`,
        value: peak / MB,
        unit: 'MB',
        aim: null,
      }),
    );
  }
  return figures;
}

/** A scan of a library in which nothing has changed, against `find`. */
export async function benchRescan(scene: Scene, say: (text: string) => void): Promise<Figure[]> {
  const config = await scene.newFolder('rescan', 'config');
  const root = await scene.newFolder('rescan', 'library');
  say(`makes ${FILES} files`);
  const files = await makeTree(root);
  const info = await probeFile(await shortClip(scene), { timeoutMs: 60_000 });

  const first = await Boilarr.start(scene, config);
  const { id: libraryId } = await first.addLibrary(root);
  const [profile] = await first.request(z.array(profileResource), 'profiles');
  await first.stop();
  if (profile === undefined) throw new Error('the server has no profile');
  await seed(config, { libraryId, root, profileHash: profile.hash, info, files });

  const server = await Boilarr.start(scene, config);
  const list = () => timedRun(scene, 'find', [root, '-printf', String.raw`%p %s %T@\n`]);
  const walks: number[] = [];
  const scans: number[] = [];
  const finds: number[] = [];
  // Once for each, uncounted: what the disk's cache has is then the same for both.
  await rescan(server, libraryId);
  await list();
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { walkMs, elapsedMs } = await rescan(server, libraryId);
    walks.push(walkMs);
    scans.push(elapsedMs);
    finds.push(await list());
    say(`round ${round}: ${Math.round(walkMs)} ms; find ${Math.round(finds.at(-1) ?? 0)} ms`);
  }
  const memory = memoryFigures(server);
  await server.stop();
  return [
    medianFigure({
      id: 'rescan.walk',
      name: `rescan of ${FILES} unchanged files`,
      unit: 'ms',
      aim: RATIO_AIM,
      samples: walks,
      baselineSamples: finds,
    }),
    medianFigure({
      id: 'rescan.whole',
      name: '  from the request to the end of the scan',
      unit: 'ms',
      aim: null,
      samples: scans,
      baselineSamples: finds,
    }),
    ...memory,
  ];
}
