import type { Capabilities, Reason } from '#contracts';
import type { VideoEncode } from '../../plan/plan.types.js';
import type { VideoCodec } from '../../profile/schema/index.js';
import {
  HARDWARE_FAMILIES,
  type EncoderName,
  type HardwareEncoder,
  type HardwareFamily,
  type SoftwareEncoder,
} from './encoder.types.js';

export type EncoderChoice =
  | {
      ok: true;
      encoder: EncoderName;
      hardware: boolean;
      /** what differs from the profile, for the job's log; null when nothing does */
      note: string | null;
    }
  | { ok: false; reason: Reason };

export const SOFTWARE_ENCODERS: Record<VideoCodec, SoftwareEncoder> = {
  av1: 'libsvtav1',
  hevc: 'libx265',
  h264: 'libx264',
};

/** What people call an encoder. */
const TITLES: Readonly<Record<string, string>> = {
  libsvtav1: 'SVT-AV1',
  libx265: 'x265',
  libx264: 'x264',
};
export const encoderTitle = (encoder: string): string => TITLES[encoder] ?? encoder;

/** What made a picture, for its history: `SVT-AV1 2.3.0`, `x265 (ffmpeg 7.1)`. */
export function encoderVersion(encoder: EncoderName, { svtAv1Version, tools }: Capabilities): string {
  const title = encoderTitle(encoder);
  if (encoder === 'libsvtav1' && svtAv1Version !== null) return `${title} ${svtAv1Version}`;
  return `${title} (ffmpeg ${tools['ffmpeg']?.version ?? 'unknown'})`;
}

export const hardwareEncoder = (codec: VideoCodec, family: HardwareFamily): HardwareEncoder =>
  `${codec}_${family}`;

/** Why a hardware encoder cannot make this picture anywhere; null when it can. */
export function refusal(
  video: Pick<VideoEncode, 'codec' | 'pixelFormat'>,
  encoder: HardwareEncoder,
): string | null {
  return video.codec === 'h264' && video.pixelFormat === 'yuv420p10le'
    ? `${encoder} makes 8 bits only, and the profile's pixelFormat is yuv420p10le`
    : null;
}

/** Why a hardware encoder cannot make this picture here; null when it can. */
function obstacle(video: VideoEncode, encoder: HardwareEncoder, capabilities: Capabilities): string | null {
  const refused = refusal(video, encoder);
  if (refused !== null) return refused;
  if (capabilities.hardwareEncoders.includes(encoder)) return null;
  return capabilities.encoders.includes(encoder)
    ? `${encoder} is in this node's ffmpeg, but failed to encode a frame when the node started`
    : `this node's ffmpeg has no ${encoder}`;
}

/** The profile's tune and parameters are the software encoder's own. */
function leftOut(video: VideoEncode, encoder: HardwareEncoder): string | null {
  const what = [
    ...(video.filmGrain > 0 ? ['film grain'] : []),
    ...(video.tune === 'default' ? [] : ['tune']),
    ...(Object.keys(video.parameters).length === 0 ? [] : ['parameters']),
  ];
  return what.length === 0 ? null : `${encoder} has no ${what.join(', ')}: left out`;
}

function software(video: VideoEncode, capabilities: Capabilities, note: string | null): EncoderChoice {
  const encoder = SOFTWARE_ENCODERS[video.codec];
  if (capabilities.encoders.includes(encoder)) return { ok: true, encoder, hardware: false, note };
  const why =
    encoder === 'libsvtav1'
      ? "is not in this node's ffmpeg, or failed to encode a frame when the node started"
      : "is not in this node's ffmpeg";
  const message = `${encoderTitle(encoder)} (${encoder}) ${why}; install an ffmpeg that has it, or let another node do the job${note === null ? '' : ` (${note})`}`;
  return { ok: false, reason: { code: 'encoder_missing', message } };
}

function hardware(video: VideoEncode, encoder: HardwareEncoder): EncoderChoice {
  return { ok: true, encoder, hardware: true, note: leftOut(video, encoder) };
}

/**
 * Which of ffmpeg's encoders a node uses for a plan. `auto` prefers software where hardware would lose something
 * that the profile asks for.
 */
export function chooseEncoder(video: VideoEncode, capabilities: Capabilities): EncoderChoice {
  if (video.encoder === 'software' || video.encoder === 'svt') return software(video, capabilities, null);
  const title = encoderTitle(SOFTWARE_ENCODERS[video.codec]);
  if (video.encoder === 'auto') {
    if (video.filmGrain > 0)
      return software(video, capabilities, `no hardware encoder makes film grain, so ${title} encodes`);
    const candidates = HARDWARE_FAMILIES.map((family) => hardwareEncoder(video.codec, family));
    const found = candidates.find((encoder) => obstacle(video, encoder, capabilities) === null);
    if (found !== undefined) return hardware(video, found);
    const listed = candidates.find((encoder) => capabilities.hardwareEncoders.includes(encoder));
    const why = listed === undefined ? null : obstacle(video, listed, capabilities);
    return software(
      video,
      capabilities,
      why === null
        ? `no hardware encoder for ${video.codec} works here, so ${title} encodes`
        : `${why}, so ${title} encodes`,
    );
  }
  const encoder = hardwareEncoder(video.codec, video.encoder);
  const why = obstacle(video, encoder, capabilities);
  if (why === null) return hardware(video, encoder);
  if (video.fallback === 'software')
    return software(video, capabilities, `${why}; the profile falls back to ${title}`);
  const message = `${why}, and the profile says "fallback: none"; say "fallback: software" in the profile's video, or let another node do the job`;
  return { ok: false, reason: { code: 'encoder_missing', message } };
}
