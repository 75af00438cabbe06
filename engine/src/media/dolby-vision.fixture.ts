import { audioStream, mediaInfo, videoStream } from './media-info.fixture.js';
import type { DolbyVisionInfo, MediaInfo, VideoStream } from './media-info.js';

/** A disc's Profile 7 with a minimal enhancement layer. */
export const MEL: DolbyVisionInfo = {
  ...{ profile: 7, level: 6, compatibilityId: 6, layer: 'mel' },
  ...{ rpuPresent: true, elPresent: true, blPresent: true },
};

/** What is made of it. */
export const PROFILE_81: DolbyVisionInfo = {
  ...{ profile: 8, level: 6, compatibilityId: 1 },
  ...{ rpuPresent: true, elPresent: false, blPresent: true },
};

/** A picture of HDR10, and the Dolby Vision on top of it. */
export function dolbyVisionStream(
  dolbyVision: DolbyVisionInfo,
  special: Partial<VideoStream> = {},
): VideoStream {
  return videoStream({
    ...{ codec: 'hevc', width: 3840, height: 2160, pixelFormat: 'yuv420p10le', bitDepth: 10 },
    ...{ bitRate: 60_000_000 },
    frameRate: { numerator: 24_000, denominator: 1001 },
    averageFrameRate: { numerator: 24_000, denominator: 1001 },
    color: {
      ...{ range: 'tv', space: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020' },
      chromaLocation: 'topleft',
    },
    hdr: {
      format: 'hdr10',
      masteringDisplay: {
        ...{ red: [0.68, 0.32], green: [0.265, 0.69], blue: [0.15, 0.06] },
        ...{ whitePoint: [0.3127, 0.329], maxLuminance: 1000, minLuminance: 0.0001 },
      },
      contentLight: { maxContent: 1000, maxAverage: 400 },
      dolbyVision,
      hdr10Plus: false,
    },
    ...special,
  });
}

/** A film of 1001 seconds with it, 24,000 frames, and sound. */
export function dolbyVisionFilm(dolbyVision: DolbyVisionInfo, special: Partial<VideoStream> = {}): MediaInfo {
  return mediaInfo([dolbyVisionStream(dolbyVision, special), audioStream()], {
    ...{ size: 8_000_000_000, durationSeconds: 1001, bitRate: 64_000_000 },
  });
}
