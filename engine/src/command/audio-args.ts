import type { AudioStream, MediaInfo } from '../media/media-info.js';
import type { AudioEncode, Plan } from '../plan/plan.types.js';
import { NO_METADATA_ARGS, PROGRESS_ARGS, QUEUE_ARGS, QUIET_ARGS } from './common-args.js';
import { ffmpegPath } from './paths.js';
import { encodedTracks } from './stream-plans.js';
import { CLOCK_INPUT_ARGS, clockOutputArgs } from './time-base.js';

export interface PartArgsInput {
  input: string;
  /** a Matroska file: .mka, .mks or .mkv */
  output: string;
  info: MediaInfo;
  plan: Plan;
}

const ENCODERS: Record<AudioEncode['codec'], string> = { opus: 'libopus', aac: 'aac' };

/** ffmpeg's encoder for a codec. */
export const audioEncoder = (codec: AudioEncode['codec']): string => ENCODERS[codec];

/** Decoders that squeeze loud and quiet together by default, as the track's author proposes for small loudspeakers. */
const COMPRESSED_RANGE = new Set(['ac3', 'eac3']);

/**
 * Decodes sound with all of its dynamic range; to be put in front of the input. A player may still squeeze it, but
 * nobody could ever undo that.
 */
export function fullRangeArgs(streams: readonly Pick<AudioStream, 'index' | 'codec'>[]): string[] {
  const indexes = streams.filter(({ codec }) => COMPRESSED_RANGE.has(codec)).map(({ index }) => index);
  return [...new Set(indexes)].flatMap((index) => [`-drc_scale:${index}`, '0']);
}

/**
 * ffmpeg's arguments for all audio that is encoded, into one file, in the order of the output: streams may occur twice.
 * @returns null when no audio is encoded
 */
export function audioArgs({ input, output, info, plan }: PartArgsInput): string[] | null {
  const tracks = encodedTracks(info, plan);
  if (tracks.length === 0) return null;
  return [
    ...QUIET_ARGS,
    ...PROGRESS_ARGS,
    ...CLOCK_INPUT_ARGS,
    ...fullRangeArgs(tracks.map(({ stream }) => stream)),
    '-i',
    ffmpegPath(input),
    ...tracks.flatMap(({ stream }) => ['-map', `0:${stream.index}`]),
    ...NO_METADATA_ARGS,
    ...tracks.flatMap(({ audio }, index) => [
      `-c:a:${index}`,
      audioEncoder(audio.codec),
      `-b:a:${index}`,
      `${audio.bitRate}k`,
      ...(audio.channelFilter === null ? [] : [`-filter:a:${index}`, audio.channelFilter]),
    ]),
    ...QUEUE_ARGS,
    ...clockOutputArgs(info),
    '-f',
    'matroska',
    ffmpegPath(output),
  ];
}
