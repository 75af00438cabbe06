import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { exists, ffmpeg, REAL } from '../support/media.ts';
import type { Clip } from './mutate.ts';

const CACHE = fileURLToPath(new URL('../.cache/fuzz/', import.meta.url));

/** Raised when what the clips are made with changes. */
const GENERATION = 1;

const X264 = ['-c:v', 'libx264', '-preset', 'veryfast', '-qp', '14', '-bf', '2', '-g', '12'];
const AAC = ['-c:a', 'aac', '-ac', '2', '-b:a', '192k'];
const AC3 = ['-c:a', 'ac3', '-ac', '2', '-b:a', '384k'];
const MP3 = ['-c:a', 'libmp3lame', '-ac', '2', '-b:a', '320k'];
const TITLE = ['-metadata', 'title=A title to be spoiled', '-metadata:s:a:0', 'language=und'];

/** A second and a half of real film each; where in the film, and what it becomes. */
const RECIPES: Readonly<Record<string, { extension: string; at: number; args: readonly string[] }>> = {
  'mp4-h264': { extension: 'mp4', at: 8, args: [...X264, ...AAC, ...TITLE] },
  'mp4-faststart': { extension: 'mp4', at: 12, args: [...X264, ...AAC, '-movflags', '+faststart'] },
  'mp4-fragments': {
    extension: 'mp4',
    at: 9,
    args: [...X264, ...AAC, '-movflags', '+frag_keyframe+empty_moov+default_base_moof'],
  },
  'mkv-h264': { extension: 'mkv', at: 10, args: [...X264, ...AC3, ...TITLE] },
  'mkv-hevc': {
    extension: 'mkv',
    at: 16,
    args: ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=0:qp=14', '-c:a', 'flac'],
  },
  'mkv-live': { extension: 'mkv', at: 11, args: [...X264, ...AC3, '-live', '1'] },
  'avi-mpeg4': { extension: 'avi', at: 14, args: ['-c:v', 'mpeg4', '-q:v', '2', ...AC3, ...TITLE] },
  'avi-mp3': { extension: 'avi', at: 18, args: ['-c:v', 'mpeg4', '-q:v', '2', '-vtag', 'XVID', ...MP3] },
  'ts-h264': { extension: 'ts', at: 20, args: [...X264, ...AC3] },
  'ts-mpeg2': {
    extension: 'ts',
    at: 6,
    args: ['-c:v', 'mpeg2video', '-q:v', '2', '-r', '25', ...AC3, '-output_ts_offset', '3600'],
  },
  'mov-h264': { extension: 'mov', at: 22, args: [...X264, '-c:a', 'pcm_s16le', '-ac', '2', ...TITLE] },
  'webm-vp9': {
    extension: 'webm',
    at: 15,
    args: ['-c:v', 'libvpx-vp9', '-b:v', '2M', '-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libopus'],
  },
  'mpg-mpeg2': {
    extension: 'mpg',
    at: 19,
    args: ['-c:v', 'mpeg2video', '-q:v', '2', '-r', '25', ...AC3, '-f', 'vob'],
  },
};

async function make(file: string, { at, args }: { at: number; args: readonly string[] }): Promise<void> {
  const picture = ['-vf', 'scale=160:90,setsar=1', '-pix_fmt', 'yuv420p'];
  await ffmpeg(
    '-ss',
    String(at),
    '-t',
    '1.5',
    '-i',
    REAL.bunny,
    '-map_metadata',
    '-1',
    ...picture,
    ...args,
    file,
  );
}

/** Matroska with chapters, two subtitles and an attached font: most that can be spoiled in one file. */
async function makeFull(file: string, scratch: string): Promise<void> {
  const made = (name: string) => path.join(scratch, name);
  await make(made('film.mkv'), { at: 10, args: [...X264, ...AC3] });
  await writeFile(made('en.srt'), '1\n00:00:00,200 --> 00:00:01,200\nHello — “you”\n');
  await writeFile(made('font.ttf'), Buffer.from('00010000000a0080000300204f532f32', 'hex'));
  await writeFile(
    made('chapters.txt'),
    'CHAPTER01=00:00:00.000\nCHAPTER01NAME=Beginning\nCHAPTER02=00:00:00.800\nCHAPTER02NAME=End\n',
  );
  await execa('mkvmerge', [
    ...[
      '-q',
      '-o',
      file,
      '--title',
      'A title to be spoiled',
      '--chapters',
      made('chapters.txt'),
      made('film.mkv'),
    ],
    ...['--language', '0:eng', made('en.srt'), '--language', '0:ger', made('en.srt')],
    ...['--attachment-mime-type', 'font/ttf', '--attach-file', made('font.ttf')],
  ]);
}

async function clip(
  id: string,
  extension: string,
  write: (file: string, scratch: string) => Promise<void>,
): Promise<Clip> {
  const file = path.join(CACHE, `${id}-${GENERATION}.${extension}`);
  if (!(await exists(file))) {
    await mkdir(CACHE, { recursive: true });
    const scratch = await mkdtemp(path.join(CACHE, 'scratch-'));
    try {
      const partial = path.join(scratch, `whole.${extension}`);
      await write(partial, scratch);
      await rename(partial, file);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  }
  return { id, extension, bytes: await readFile(file) };
}

/** The whole files that all others are made of; made once and kept for the next run. */
export async function wholeClips(): Promise<Clip[]> {
  const clips: Clip[] = [await clip('mkv-full', 'mkv', makeFull)];
  for (const [id, recipe] of Object.entries(RECIPES)) {
    clips.push(await clip(id, recipe.extension, (file) => make(file, recipe)));
  }
  return clips;
}
