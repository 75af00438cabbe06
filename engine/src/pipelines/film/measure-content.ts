import { readFile, rm } from 'node:fs/promises';
import {
  frameTimes,
  grainlessDecoder,
  SAMPLE_PICTURE,
  SAMPLE_RATE,
  sampleArgs,
  type SampleArgsInput,
} from '../../command/sample-args.js';
import { fullRangeArgs } from '../../command/audio-args.js';
import { timingFilters } from '../../command/video-args.js';
import type { MeasuredStreams, MediaInfo } from '../../media/media-info.js';
import type { AudioEncode, Plan, VideoEncode } from '../../plan/plan.types.js';
import { ToolError } from '../../tools/tool-error.js';
import type { RunTool } from '../../tools/ffprobe.js';
import type { MeasuredContent } from '../../verify/content/content.types.js';
import { comparePictures, type GreyFrames, type PictureSample } from '../../verify/content/picture-sample.js';
import { chooseSamples, seekTo, type Sample } from '../../verify/content/samples.js';
import {
  compareSound,
  envelopes,
  type Envelopes,
  type SoundSample,
} from '../../verify/content/sound-sample.js';
import { clockShift, pairTracks } from '../../verify/tracks.js';
import type { TrackPair } from '../../verify/verify.types.js';

export interface ContentInput {
  source: string;
  output: string;
  info: MediaInfo;
  measured: MeasuredStreams;
  outputInfo: MediaInfo;
  plan: Plan;
  /** that the node's ffmpeg lists */
  decoders: readonly string[];
  /** a new name in the work folder */
  scratch: (name: string) => string;
  run: RunTool;
  /** ms that decoding one sample may take */
  limitMs: number;
}

interface Encoded {
  pair: TrackPair;
  /** what was done to the picture, of which a converted one had nothing done to it */
  video: Pick<VideoEncode, 'filters'> | null;
  audio: AudioEncode | null;
}

interface Decoded {
  picture: GreyFrames;
  sounds: Envelopes[];
}

function encodedTracks({ info, outputInfo, plan }: ContentInput): Encoded[] {
  return pairTracks({ source: info, output: outputInfo, plan }).flatMap((pair): Encoded[] => {
    if (pair.output?.kind !== pair.source.kind) return [];
    if (pair.plan.action === 'encode-video') return [{ pair, video: pair.plan.video, audio: null }];
    if (pair.plan.action === 'convert-dolby-vision') return [{ pair, video: { filters: [] }, audio: null }];
    return pair.plan.action === 'encode-audio' ? [{ pair, video: null, audio: pair.plan.audio }] : [];
  });
}

/** Decodes one sample of one file; null when ffmpeg could not. */
async function decode(
  input: ContentInput,
  args: Omit<SampleArgsInput, 'picture' | 'audio'>,
  picture: { index: number; filters: readonly string[] } | null,
  audio: readonly { index: number; channelFilter: string | null; encode: AudioEncode }[],
): Promise<Decoded | null> {
  const pictureFile = input.scratch('sample.y8');
  const soundFiles = audio.map((_, at) => input.scratch(`sample-${at}.s16`));
  const lines: string[] = [];
  try {
    await input.run(
      'ffmpeg',
      sampleArgs({
        ...args,
        picture: picture === null ? null : { ...picture, output: pictureFile },
        audio: audio.map(({ index, channelFilter, encode }, at) => ({
          index,
          channelFilter,
          channelLayout: encode.channelLayout,
          output: soundFiles[at] ?? '',
        })),
      }),
      { limitMs: input.limitMs, onStdoutLine: (line) => lines.push(line) },
    );
    const sounds: Envelopes[] = [];
    for (const [at, { encode }] of audio.entries()) {
      const bytes = await readFile(soundFiles[at] ?? '');
      // A copy, because a buffer of the pool need not begin at an even address.
      const samples = new Int16Array(Uint8Array.from(bytes).buffer, 0, Math.floor(bytes.length / 2));
      sounds.push(envelopes(samples, encode.channels, SAMPLE_RATE));
    }
    const pixels = picture === null ? new Uint8Array() : await readFile(pictureFile);
    return { picture: { ...SAMPLE_PICTURE, times: frameTimes(lines), pixels }, sounds };
  } catch (error) {
    if (error instanceof ToolError && error.code === 'tool_failed') return null;
    throw error;
  } finally {
    for (const file of [pictureFile, ...soundFiles]) await rm(file, { force: true });
  }
}

async function decodeBoth(input: ContentInput, sample: Sample, tracks: readonly Encoded[]) {
  const { info, outputInfo } = input;
  const shift = clockShift(info);
  const video = tracks.find((track) => track.video !== null);
  const sounds = tracks.flatMap(({ pair, audio }) => (audio === null ? [] : [{ pair, audio }]));
  const stream = video?.pair.source;
  const source = await decode(
    input,
    {
      input: input.source,
      ...sample,
      seek: seekTo(info, sample.start),
      decoder: fullRangeArgs(sounds.map(({ pair }) => pair.source)),
    },
    video?.video == null || stream?.kind !== 'video'
      ? null
      : { index: stream.index, filters: [...timingFilters({ info, stream }), ...video.video.filters] },
    sounds.map(({ pair, audio }) => ({
      index: pair.source.index,
      channelFilter: audio.channelFilter,
      encode: audio,
    })),
  );
  if (source === null) return null;
  const start = sample.start - shift;
  const output = await decode(
    input,
    {
      input: input.output,
      start,
      end: sample.end - shift,
      seek: seekTo(outputInfo, start),
      decoder: grainlessDecoder(video?.pair.output?.codec ?? '', input.decoders),
    },
    video?.pair.output === undefined ? null : { index: video.pair.output.index, filters: [] },
    sounds.map(({ pair, audio }) => ({
      index: pair.output?.index ?? 0,
      channelFilter: null,
      encode: audio,
    })),
  );
  return output === null ? null : { source, output, shift };
}

/**
 * Decodes a few seconds at start, middle and end of both files, and compares what is seen and heard.
 * @throws ToolError when a tool is cancelled or takes too long; one that cannot decode a sample leaves it out
 */
export async function measureContent(input: ContentInput): Promise<MeasuredContent> {
  const tracks = encodedTracks(input);
  const [leading] = [...tracks].sort((a, b) => Number(b.video !== null) - Number(a.video !== null));
  if (leading === undefined) return { decoded: 0, chosen: 0, pictures: [], sounds: [] };
  const samples = chooseSamples(input.info, input.measured, leading.pair.source);
  const pictures: PictureSample[] = [];
  const heard = tracks.filter(({ audio }) => audio !== null);
  const sounds = heard.map((): SoundSample[] => []);
  let decoded = 0;
  for (const sample of samples) {
    const both = await decodeBoth(input, sample, tracks);
    if (both === null) continue;
    decoded += 1;
    const { source, output, shift } = both;
    if (leading.video !== null)
      pictures.push(comparePictures(sample.start, source.picture, output.picture, shift));
    source.sounds.forEach((wanted, at) => sounds[at]?.push(compareSound(wanted, output.sounds[at] ?? [])));
  }
  return {
    decoded,
    chosen: samples.length,
    pictures,
    sounds: heard.map(({ pair, audio }, at) => ({
      stream: pair.source.index,
      output: pair.output?.index ?? -1,
      channelLayout: audio?.channelLayout ?? '',
      samples: sounds[at] ?? [],
    })),
  };
}
