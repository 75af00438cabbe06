import { open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { ffmpeg, REAL } from '../support/media.ts';
import type { Scene } from './scene.ts';

/** Two seconds of a film as MP4, with sound: about 300 kB. */
export async function shortClip(scene: Scene): Promise<string> {
  const file = path.join(await scene.newFolder('clips'), 'short.mp4');
  await ffmpeg(
    ...[
      '-ss',
      '8',
      '-t',
      '2',
      '-i',
      REAL.bunny,
      '-vf',
      'scale=640:360',
      '-c:v',
      'libx264',
      '-preset',
      'veryfast',
    ],
    ...['-b:v', '1M', '-c:a', 'aac', '-b:a', '192k', file],
  );
  return file;
}

/** Copies of an MP4 file that all play the same and are all different: each has a box of its own that players pass over. */
export async function distinctCopies(source: string, folder: string, count: number): Promise<string[]> {
  const content = await readFile(source);
  const files = Array.from({ length: count }, (_, index) =>
    path.join(folder, `Film ${String(index).padStart(4, '0')}.mp4`),
  );
  for (const [index, file] of files.entries()) {
    const box = Buffer.alloc(16);
    box.writeUInt32BE(box.length, 0);
    box.write('free', 4, 'latin1');
    box.writeUInt32BE(index, 8);
    const handle = await open(file, 'wx');
    await handle.writev([content, box]);
    await handle.close();
  }
  return files;
}

interface Cut {
  source: string;
  /** seconds */
  from: number;
  length: number;
}

/** Eight pieces of one film, and two others. */
const CUTS: readonly Cut[] = [
  ...Array.from({ length: 8 }, (_, index): Cut => ({ source: REAL.bunny, from: index * 3, length: 8 })),
  { source: REAL.sintel, from: 0, length: 10 },
  { source: REAL.segment, from: 0, length: 8 },
];

/**
 * Ten films of 8 to 10 s, 640x360, H.264 and AAC 5.1, with bit rates that make them worth encoding.
 * @returns the folder that they are in
 */
export async function wastefulFilms(scene: Scene): Promise<string> {
  const folder = await scene.newFolder('clips', 'films');
  for (const [index, { source, from, length }] of CUTS.entries()) {
    const file = path.join(folder, `film-${String(index).padStart(2, '0')}.mp4`);
    await ffmpeg(
      ...['-ss', String(from), '-t', String(length), '-i', source, '-map', '0:v:0', '-map', '0:a:0'],
      ...[
        '-map_metadata',
        '-1',
        '-map_chapters',
        '-1',
        '-vf',
        'scale=640:360,setsar=1',
        '-pix_fmt',
        'yuv420p',
      ],
      ...[
        '-c:v',
        'libx264',
        '-preset',
        'superfast',
        '-b:v',
        '4M',
        '-minrate',
        '4M',
        '-maxrate',
        '4M',
        '-bufsize',
        '4M',
      ],
      ...['-x264-params', 'nal-hrd=cbr', '-a53cc', '0', '-c:a', 'aac', '-ac', '6', '-b:a', '448k', file],
    );
  }
  return folder;
}

/** How many films `wastefulFilms` makes. */
export const FILM_COUNT = CUTS.length;
