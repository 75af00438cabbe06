import type { VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { QUIET_ARGS } from '../common-args.js';
import { hardwareEncoder } from './choose.js';
import { HARDWARE_FAMILIES, type HardwareEncoder } from './encoder.types.js';
import { encoderArgs } from './index.js';
import { VIDEO_CODECS, type VideoCodec } from '../../profile/schema/index.js';

/** Every hardware encoder that plans can ask for, with its codec. */
export const HARDWARE_ENCODERS: readonly { name: HardwareEncoder; codec: VideoCodec }[] =
  HARDWARE_FAMILIES.flatMap((family) =>
    VIDEO_CODECS.map((codec) => ({ name: hardwareEncoder(codec, family), codec })),
  );

const NO_DISPOSITION = {
  default: false,
  forced: false,
  comment: false,
  hearingImpaired: false,
  visualImpaired: false,
  original: false,
  attachedPicture: false,
};

const STREAM: VideoStream = {
  kind: 'video',
  index: 0,
  codec: 'rawvideo',
  profile: null,
  language: null,
  title: null,
  disposition: NO_DISPOSITION,
  tags: {},
  bitRate: null,
  startSeconds: 0,
  durationSeconds: null,
  width: 256,
  height: 256,
  rotation: 0,
  sampleAspectRatio: { numerator: 1, denominator: 1 },
  pixelFormat: 'gray',
  bitDepth: 8,
  chroma: '400',
  frameRate: { numerator: 25, denominator: 1 },
  averageFrameRate: { numerator: 25, denominator: 1 },
  variableFrameRate: false,
  fieldOrder: 'progressive',
  closedCaptions: false,
  look: null,
  color: { range: null, space: null, transfer: null, primaries: null, chromaLocation: null },
  hdr: { format: 'sdr', masteringDisplay: null, contentLight: null, dolbyVision: null, hdr10Plus: false },
};

/**
 * ffmpeg's arguments for a few frames of 256x256 by a hardware encoder, told what a plan would tell it. In 10 bits
 * where plans may ask for those: hardware that has HEVC in 8 bits alone counts as having none.
 * @param device the card that has to do it; none: whichever ffmpeg opens first
 */
export function trialArgs(encoder: HardwareEncoder, codec: VideoCodec, device?: string): string[] {
  const video: VideoEncode = {
    codec,
    encoder: 'auto',
    fallback: 'none',
    quality: { crf: 30 },
    preset: 8,
    tune: 'default',
    parameters: {},
    filmGrain: 0,
    filmGrainDenoise: false,
    pixelFormat: codec === 'h264' ? 'yuv420p' : 'yuv420p10le',
    keyframeInterval: 240,
    filters: [],
    framesPerFrame: 1,
    width: 256,
    height: 256,
  };
  const { inputArgs, filters, args } = encoderArgs(encoder, { video, stream: STREAM, device });
  return [
    ...QUIET_ARGS,
    ...inputArgs,
    ...['-f', 'lavfi', '-i', 'color=gray:s=256x256:d=0.2:r=25'],
    ...['-vf', filters.join(',')],
    ...args,
    ...['-f', 'null', '-'],
  ];
}
