import { ffmpegPath } from './paths.js';

/** Pixels of the small grey pictures that two films are compared by. */
export const SAMPLE_PICTURE = { width: 256, height: 144 } as const;
/** samples a second of the sound that they are compared by */
export const SAMPLE_RATE = 8000;

/** Frames of a sample at most, 55 MB of grey pictures: a file may have any number of them in a second. */
const MOST_FRAMES = 1500;
/** seconds by which a sample's sound may be longer than its times say */
const SOUND_SLACK = 1;

/** Rounding of either container's clock must not cost a sample its first frame. */
const CLOCK_ROUNDING = 0.002;
const FULL_RATE = 48_000;

export interface SampleAudio {
  /** ffprobe's index */
  index: number;
  /** what maps the channels, when they are to be compared with another layout's */
  channelFilter: string | null;
  channelLayout: string;
  /** takes signed 16-bit samples, little-endian, channels interleaved */
  output: string;
}

export interface SampleArgsInput {
  input: string;
  /** seconds on the file's own clock */
  start: number;
  end: number;
  /** seconds from the file's beginning to seek to; null: read from the beginning */
  seek: number | null;
  /** decoder and its options, to be put in front of the input */
  decoder: readonly string[];
  /** takes 8-bit luma, SAMPLE_PICTURE in size; the frames' times come on standard output */
  picture: { index: number; filters: readonly string[]; output: string } | null;
  audio: readonly SampleAudio[];
}

const number = (seconds: number) => seconds.toFixed(6);

/**
 * ffmpeg's arguments for a short stretch of a file as small grey pictures and quiet-rate sound. Times stay the file's own:
 * standard output has one line a frame (`framecrc`), read by `frameTimes`.
 */
export function sampleArgs({ input, start, end, seek, decoder, picture, audio }: SampleArgsInput): string[] {
  const graph: string[] = [];
  const outputs: string[] = [];
  if (picture !== null) {
    const { width, height } = SAMPLE_PICTURE;
    const steps = [
      ...picture.filters,
      `trim=start=${number(start - CLOCK_ROUNDING)}:end=${number(end - CLOCK_ROUNDING)}`,
      // Counts what the first one leaves. Frames are paired by their times, so either file may end here.
      `trim=end_frame=${MOST_FRAMES}`,
      `scale=${width}:${height}:flags=area`,
      'format=gray',
      'split',
    ];
    graph.push(`[0:${picture.index}]${steps.join(',')}[picture][times]`);
    const timing = ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000000'];
    outputs.push('-map', '[picture]', ...timing, '-f', 'rawvideo', ffmpegPath(picture.output));
    outputs.push('-map', '[times]', ...timing, '-f', 'framecrc', 'pipe:1');
  }
  audio.forEach(({ index, channelFilter, channelLayout, output }, position) => {
    const steps = [
      `atrim=start=${number(start)}:end=${number(end)}`,
      `aresample=${FULL_RATE}`,
      // What begins later than the sample does is silent until then.
      `aresample=async=1:first_pts=${Math.round(start * FULL_RATE)}`,
      ...(channelFilter === null ? [] : [channelFilter]),
      `aformat=channel_layouts=${channelLayout}`,
      `aresample=${SAMPLE_RATE}`,
      'aformat=sample_fmts=s16',
      `atrim=end_sample=${Math.ceil((end - start + SOUND_SLACK) * SAMPLE_RATE)}`,
    ];
    graph.push(`[0:${index}]${steps.join(',')}[sound${position}]`);
    outputs.push('-map', `[sound${position}]`, '-f', 's16le', ffmpegPath(output));
  });
  return [
    '-hide_banner',
    '-nostats',
    '-v',
    'error',
    '-y',
    '-copyts',
    ...decoder,
    ...(seek === null ? [] : ['-noaccurate_seek', '-ss', number(Math.max(0, seek))]),
    '-i',
    ffmpegPath(input),
    '-filter_complex',
    graph.join(';'),
    ...outputs,
  ];
}

/**
 * AV1 as it was encoded, without the grain that a player adds: grain resembles nothing.
 * @param decoders that the node's ffmpeg lists
 */
export function grainlessDecoder(codec: string, decoders: readonly string[]): string[] {
  if (codec !== 'av1') return [];
  const decoder = decoders.includes('libdav1d') ? ['-c:v', 'libdav1d'] : [];
  return [...decoder, '-export_side_data', 'film_grain'];
}

/** @returns seconds of each frame, in the order of `framecrc`'s lines */
export function frameTimes(lines: readonly string[]): number[] {
  let tick = Number.NaN;
  return lines.flatMap((line) => {
    const base = /^#tb 0: (\d+)\/(\d+)/.exec(line);
    if (base !== null) tick = Number(base[1]) / Number(base[2]);
    const columns = /^0,\s*-?\d+,\s*(-?\d+),/.exec(line);
    return columns === null ? [] : [Number(columns[1]) * tick];
  });
}
