import { QUIET_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';

/** Frames of each sample whose fields are looked at. */
const FRAMES = 60;
/** Pixels of the picture's middle in which noise is measured; enough blocks, and bounded for any size. */
const NOISE_WINDOW = { width: 640, height: 480 } as const;

/** Parts of the film at which it is looked at, by the seconds that it must last for that. */
const PLACES: readonly (readonly [least: number, places: readonly number[]])[] = [
  [60, [0.15, 0.35, 0.5, 0.65, 0.85]],
  [6, [0.2, 0.5, 0.7]],
];

/** @returns seconds from the start at which a film is looked at (from its own start); one place for a short one */
export function lookPlaces(durationSeconds: number | null): number[] {
  if (durationSeconds === null) return [0];
  const places = PLACES.find(([least]) => durationSeconds >= least)?.[1] ?? [0];
  return places.map((place) => Math.round(durationSeconds * place * 1000) / 1000);
}

/** @returns the size of the window, for a picture of this size */
export function noiseWindow(width: number, height: number): { width: number; height: number } {
  return { width: Math.min(width, NOISE_WINDOW.width), height: Math.min(height, NOISE_WINDOW.height) };
}

/**
 * ffprobe's arguments for listing what the frames of a video carry, at these places; the file's name comes after.
 * @param index ffprobe's, of the video
 * @param places seconds from the start
 */
export function frameDataArgs(index: number, places: readonly number[]): string[] {
  return [
    ...['-v', 'error', '-select_streams', String(index)],
    ...['-read_intervals', places.map((place) => `${place}%+#24`).join(',')],
    ...['-show_frames', '-show_entries', 'frame_side_data=side_data_type', '-of', 'csv=p=0'],
  ];
}

export interface LookArgsInput {
  input: string;
  /** ffprobe's index of the video */
  index: number;
  /** seconds from the start */
  at: number;
  width: number;
  height: number;
  /** for two frames of raw luma in 16 bits, little endian, no larger than NOISE_WINDOW; they follow each other */
  frames: string;
}

/**
 * ffmpeg's arguments for a look at one place of a film: idet's counts go to standard output, two frames' luma to a
 * file. Where exactly the sample begins does not matter.
 */
export function lookArgs({ input, index, at, width, height, frames }: LookArgsInput): string[] {
  const window = noiseWindow(width, height);
  const split =
    `[0:${index}]split[a][b];` +
    '[a]idet,metadata=mode=print:file=-[fields];' +
    `[b]select='between(n\\,10\\,11)',format=gray16le,crop=${window.width}:${window.height}[noise]`;
  return [
    ...QUIET_ARGS,
    ...(at > 0 ? ['-ss', String(at)] : []),
    '-noautorotate',
    '-i',
    ffmpegPath(input),
    '-filter_complex',
    split,
    '-map',
    '[fields]',
    '-frames:v',
    String(FRAMES),
    '-f',
    'null',
    '-',
    '-map',
    '[noise]',
    '-fps_mode',
    'passthrough',
    '-frames:v',
    '2',
    '-f',
    'rawvideo',
    ffmpegPath(frames),
  ];
}
