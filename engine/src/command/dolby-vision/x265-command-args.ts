import type { ColorInfo, VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { colorNumbers } from '../color.js';
import { integerMasteringDisplay } from '../encoders/params.js';
import { presetName, X26X_PRESETS } from '../encoders/quality.js';
import { bufferLimit } from '../encoders/x265.js';
import { statedRate } from '../frame-rate.js';

export interface X265CommandInput {
  stream: VideoStream;
  video: VideoEncode;
  /** path of the raw stream that it writes */
  output: string;
  /** it ends after so many, and can say how far it is; null: when its input ends */
  frames: number | null;
  /** logical processors that it may use; 0: all */
  threads: number;
  /** kbit/s at any moment; 0: what the level of such a picture allows */
  maximumBitRate: number;
  /**
   * RPUs that it writes into the stream itself, one a frame, from a file in the order in which frames are shown; null: none. It needs
   * the source's mastering display then.
   */
  dolbyVision: { profile: '8.1' | '8.4'; rpu: string } | null;
}

/** x265's numbers for where 4:2:0 has its chroma. */
const CHROMA_LOCATIONS: Readonly<Record<string, number>> = {
  left: 0,
  center: 1,
  topleft: 2,
  top: 3,
  bottomleft: 4,
  bottom: 5,
};
/** The highest numbers that it knows: it crashes, or hangs, on more. */
const HIGHEST = { primaries: 12, transfer: 18, matrix: 14 } as const;

function colorArgs(color: ColorInfo): string[] {
  const { primaries, transfer, matrix } = colorNumbers(color);
  const add = (option: string, number: number | null, highest: number) =>
    number === null || number > highest ? [] : [option, String(number)];
  return [
    ...add('--colorprim', primaries, HIGHEST.primaries),
    ...add('--transfer', transfer, HIGHEST.transfer),
    ...add('--colormatrix', matrix, HIGHEST.matrix),
    ...(color.range === null ? [] : ['--range', color.range === 'pc' ? 'full' : 'limited']),
  ];
}

/** What is reduced to 4:2:0 had its chroma elsewhere. */
function chromaArgs({ chroma, color: { chromaLocation } }: VideoStream): string[] {
  if (chroma !== '420' || chromaLocation === null || !Object.hasOwn(CHROMA_LOCATIONS, chromaLocation))
    return [];
  return ['--chromaloc', String(CHROMA_LOCATIONS[chromaLocation])];
}

function lightArgs({ hdr: { format, masteringDisplay, contentLight } }: VideoStream): string[] {
  if (masteringDisplay === null && contentLight === null) return [];
  return [
    ...(format === 'hlg' ? [] : ['--hdr10']),
    ...(masteringDisplay === null ? [] : ['--master-display', integerMasteringDisplay(masteringDisplay)]),
    ...(contentLight === null ? [] : ['--max-cll', `${contentLight.maxContent},${contentLight.maxAverage}`]),
  ];
}

/** Those of the parameters that profiles may name which are on or off. */
const SWITCHES = new Set(['sao']);

/** On the command line a switch has no value, but a form of its own for `off`. */
function parameterArgs(parameters: VideoEncode['parameters']): string[] {
  return Object.entries(parameters).flatMap(([key, value]) => {
    if (!SWITCHES.has(key)) return [`--${key}`, String(value)];
    return [['0', 'false', 'no'].includes(String(value)) ? `--no-${key}` : `--${key}`];
  });
}

/**
 * x265's own arguments for a picture in y4m on standard input. Every key frame carries all that a player needs (Dolby Vision asks for it),
 * and the buffer is always limited: without a limit x265 may spin for ever on HDR.
 */
export function x265CommandArgs(input: X265CommandInput): string[] {
  const { stream, video, output, frames, threads, maximumBitRate, dolbyVision } = input;
  const { quality } = video;
  const rate = statedRate(stream, video);
  const limit = String(maximumBitRate === 0 ? bufferLimit(video.width, video.height) : maximumBitRate);
  const isDeep = video.pixelFormat === 'yuv420p10le';
  return [
    '--y4m',
    ...['--input', '-'],
    ...['--output', output],
    ...['--log-level', 'info'],
    ...['--output-depth', isDeep ? '10' : '8'],
    ...['--profile', isDeep ? 'main10' : 'main'],
    ...['--preset', presetName(X26X_PRESETS, video.preset)],
    ...(video.tune === 'default' ? [] : ['--tune', video.tune]),
    ...('crf' in quality ? ['--crf', String(quality.crf)] : ['--bitrate', String(quality.bitRate)]),
    ...['--vbv-maxrate', limit, '--vbv-bufsize', limit],
    ...['--fps', `${rate.numerator}/${rate.denominator}`],
    ...(frames === null ? [] : ['--frames', String(frames)]),
    ...['--keyint', String(video.keyframeInterval)],
    ...(threads === 0 ? [] : ['--pools', String(threads)]),
    ...['--repeat-headers', '--aud', '--hrd'],
    ...colorArgs(stream.color),
    ...chromaArgs(stream),
    ...lightArgs(stream),
    ...parameterArgs(video.parameters),
    ...(dolbyVision === null
      ? []
      : ['--dolby-vision-profile', dolbyVision.profile, '--dolby-vision-rpu', dolbyVision.rpu]),
  ];
}
