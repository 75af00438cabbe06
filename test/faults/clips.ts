import { copyFile, readdir } from 'node:fs/promises';
import path from 'node:path';
import { REAL, cached, ffmpeg } from '../support/media.ts';

const ENCODE = ['-c:v', 'libx264', '-preset', 'ultrafast', '-b:v', '1500k', '-c:a', 'aac', '-b:a', '256k'];

/** One second of real films, small and wasteful: a second's worth of work, of which much can be saved. */
const CLIPS: readonly { name: string; from: string; at: number; args: string[] }[] = [
  { name: 'fault-bunny.mkv', from: REAL.bunny, at: 9, args: ['-f', 'matroska'] },
  { name: 'fault-bunny.mp4', from: REAL.bunny, at: 14, args: ['-f', 'mp4'] },
  { name: 'fault-city.ts', from: REAL.city, at: 2, args: ['-f', 'mpegts'] },
  { name: 'fault-segment.mkv', from: REAL.segment, at: 1, args: ['-f', 'matroska'] },
];

/**
 * Files to make a library of.
 * @param folder with clips of one's own; without it, cuts of real films
 * @throws Error when the folder holds no file
 */
export async function faultClips(folder: string | undefined): Promise<string[]> {
  if (folder === undefined || folder === '') {
    const made: string[] = [];
    for (const { name, from, at, args } of CLIPS) {
      made.push(
        await cached(name, (file) =>
          ffmpeg(
            ...['-ss', String(at), '-t', '1', '-i', from, '-map', '0:v:0', '-map', '0:a:0?'],
            ...['-vf', 'scale=160:90', ...ENCODE, ...args, file],
          ),
        ),
      );
    }
    return made;
  }
  const names = (await readdir(folder, { withFileTypes: true }))
    .filter((entry) => entry.isFile() && !entry.name.startsWith('.'))
    .map((entry) => path.join(folder, entry.name));
  if (names.length === 0) throw new Error(`there are no clips in ${folder}`);
  return names.sort();
}

/** A copy that differs from every other, so that no two files of a library are taken for one that was moved. */
export async function uniqueCopy(clip: string, target: string, mark: string): Promise<void> {
  try {
    await ffmpeg('-i', clip, '-map', '0', '-c', 'copy', '-metadata', `title=${mark}`, target);
  } catch {
    await copyFile(clip, target);
  }
}
