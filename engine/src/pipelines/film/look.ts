import { readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import { frameDataArgs, lookArgs, lookPlaces, noiseWindow } from '../../command/look-args.js';
import { durationOf } from '../../media/duration.js';
import { isClosedCaptions, isHdr10Plus } from '../../media/hdr.js';
import type { MeasuredStreams, MediaInfo, PictureLook, VideoStream } from '../../media/media-info.js';
import { median, noiseOf, type LumaFrame } from '../../media/noise.js';
import { addFields, FieldReader, NO_FIELDS, scanTypeOf, type FieldCounts } from '../../media/scan-type.js';
import type { JobContext } from '../../pipeline/step.js';
import { decide } from '../../plan/decide.js';
import type { FileFacts } from '../../plan/plan.types.js';
import type { Profile } from '../../profile/schema/index.js';
import { fileUrl } from '../../tools/ffprobe.js';
import { ToolError } from '../../tools/tool-error.js';
import { runLimited } from './run-ffmpeg.js';

/** Pictures that nobody ever interlaced: too tall, or of a codec that has no fields. */
const TALLEST_INTERLACED = 1088;
const WITHOUT_FIELDS = new Set(['av1', 'vp8', 'vp9', 'theora', 'flv1']);

/** ms; a look is a few seconds of decoding */
const TIMEOUT_MS = 10 * 60_000;

/** @returns the video that would be encoded; null when none would */
export function videoToEncode(info: MediaInfo, profile: Profile, file: FileFacts): VideoStream | null {
  const decision = decide(info, profile, file);
  if (decision.verdict === 'skip') return null;
  const index = decision.plan.streams.find(({ action }) => action === 'encode-video')?.index;
  const video = info.streams.find((stream) => stream.index === index);
  return video?.kind === 'video' ? video : null;
}

/**
 * Reads what frames carry at places over the whole film: captions and HDR10+ may begin after its first ones. What cannot
 * be read says nothing.
 */
export async function readFrameData(
  context: JobContext,
  info: MediaInfo,
  video: VideoStream,
  input: string,
): Promise<NonNullable<MeasuredStreams['frameData']>> {
  const found = { closedCaptions: false, hdr10Plus: false };
  const places = lookPlaces(durationOf(info));
  try {
    await context.run('ffprobe', [...frameDataArgs(video.index, places), fileUrl(input)], {
      onStdoutLine: (line) => {
        found.closedCaptions ||= isClosedCaptions(line);
        found.hdr10Plus ||= isHdr10Plus(line);
      },
      limitMs: TIMEOUT_MS,
    });
  } catch (error) {
    if (context.signal.aborted || !(error instanceof ToolError)) throw error;
    context.log.info(`what the frames carry could not be read: ${error.message}`);
  }
  return found;
}

/** Whether it decides something how the picture looks: it may be interlaced, or is to get as much grain as it has noise. */
export function isWorthALook(video: VideoStream, profile: Profile): boolean {
  const mayBeInterlaced = video.height <= TALLEST_INTERLACED && !WITHOUT_FIELDS.has(video.codec);
  return mayBeInterlaced || profile.video.filmGrain === 'auto';
}

/** Two frames of 16-bit luma, as lookArgs has them written; null when there were not two. */
function framesOf(bytes: Buffer, window: { width: number; height: number }): [LumaFrame, LumaFrame] | null {
  const length = window.width * window.height;
  if (length === 0 || bytes.length < length * 4) return null;
  const samples = Uint16Array.from({ length: length * 2 }, (_, at) => bytes.readUInt16LE(at * 2));
  // gray16 fills all 16 bits, whatever the depth of the source.
  const frame = (from: number) => ({ ...window, samples: samples.subarray(from, from + length), scale: 257 });
  return [frame(0), frame(length)];
}

async function lookAtPlace(
  context: JobContext,
  video: VideoStream,
  input: string,
  at: number,
): Promise<{ fields: FieldCounts; noise: number | null }> {
  const frames = path.join(context.workFolder, `look-${context.token}.gray`);
  const reader = new FieldReader();
  const { width, height } = video;
  try {
    await runLimited(context)('ffmpeg', lookArgs({ input, index: video.index, at, width, height, frames }), {
      onStdoutLine: (line) => {
        reader.push(line);
      },
      limitMs: TIMEOUT_MS,
    });
    const pair = framesOf(await readFile(frames), noiseWindow(width, height));
    return { fields: reader.result(), noise: pair === null ? null : noiseOf(...pair) };
  } finally {
    await rm(frames, { force: true });
  }
}

/** Looks at samples of the whole film. What cannot be decoded here, the encode will say. */
export async function lookAtPicture(
  context: JobContext,
  info: MediaInfo,
  video: VideoStream,
  input: string,
): Promise<PictureLook> {
  let fields = NO_FIELDS;
  const noises: number[] = [];
  for (const at of lookPlaces(durationOf(info))) {
    try {
      const found = await lookAtPlace(context, video, input, at);
      fields = addFields(fields, found.fields);
      if (found.noise !== null) noises.push(found.noise);
    } catch (error) {
      if (context.signal.aborted || !(error instanceof ToolError)) throw error;
      context.log.info(`a look at ${at} s did not succeed: ${error.message}`);
    }
  }
  const look = { ...scanTypeOf(fields, video.fieldOrder === 'interlaced'), noise: median(noises) };
  context.log.info(
    `a look at the picture: ${look.scan}, noise ${look.noise === null ? 'unknown' : look.noise.toFixed(2)}`,
  );
  return look;
}
