import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { exists, ffmpeg, REAL } from '../../support/media.ts';
import type { Make, Source } from './source.ts';

const CACHE = fileURLToPath(new URL('../../.cache/matrix/', import.meta.url));

/** Raised when what several sources are made from changes. */
const GENERATION = 1;

/** What is being made, so that two who want it at once do not both make it. */
const making = new Map<string, Promise<string>>();

function made(name: string, make: Make): Promise<string> {
  const known = making.get(name);
  if (known !== undefined) return known;
  const file = makeOnce(name, make);
  making.set(name, file);
  return file;
}

async function makeOnce(name: string, make: Make): Promise<string> {
  const file = path.join(CACHE, name);
  if (await exists(file)) return file;
  await mkdir(path.dirname(file), { recursive: true });
  const scratch = await mkdtemp(path.join(CACHE, 'scratch-'));
  try {
    const partial = path.join(scratch, path.basename(name));
    await make(partial, scratch);
    await rename(partial, file);
    return file;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** Two seconds of a real film that lose nothing more: 320x180, 24 frames a second, 5.1. */
export function baseClip(): Promise<string> {
  return made(`base-${GENERATION}.mkv`, (file) =>
    ffmpeg(
      ...['-ss', '8', '-t', '2', '-i', REAL.bunny, '-map', '0:v:0', '-map', '0:a:0', '-map_metadata', '-1'],
      ...['-vf', 'scale=320:180,setsar=1', '-pix_fmt', 'yuv420p', '-c:v', 'ffv1', '-c:a', 'pcm_s16le', file],
    ),
  );
}

/** The source's file, made once and kept for the next run. */
export async function fileOf(source: Source): Promise<string> {
  const version = createHash('sha256')
    .update(`${GENERATION} ${source.make.toString()}`)
    .digest('hex')
    .slice(0, 8);
  const folder = `${source.id}-${version}`;
  return made(path.join(folder, source.fileName ?? `source.${source.extension}`), source.make);
}

/** H.264 at a rate that leaves much to be saved. */
export const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-qp', '8', '-bf', '2'];
/** Stereo AC-3 at a rate that leaves something to be saved. */
export const AC3 = ['-c:a', 'ac3', '-ac', '2', '-b:a', '384k'];

/** One second of the base clip with these arguments, which end before the name of the file. */
export function clip(...args: string[]): Make {
  const make: Make = async (file) => ffmpeg('-t', '1', '-i', await baseClip(), ...args, file);
  return named(make, args);
}

/** The same, of all two seconds. */
export function longClip(...args: string[]): Make {
  const make: Make = async (file) => ffmpeg('-i', await baseClip(), ...args, file);
  return named(make, args);
}

/** Lets what a source is made with be seen in its `make`, by which it is cached. */
export function named(make: Make, args: readonly string[]): Make {
  const text = `${make.toString()} ${JSON.stringify(args)}`;
  make.toString = () => text;
  return make;
}
