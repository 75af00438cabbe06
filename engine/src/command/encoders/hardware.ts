import type { EncodeInput } from './encoder.types.js';

/**
 * The pixel format that hardware takes, as steps of the filter graph. Full range has to be named once more: ffmpeg
 * 5.1 squeezes it on the way from yuv420p10le to p010le.
 */
export function surfaceFilters({ video, stream }: EncodeInput): string[] {
  return [
    ...(stream.color.range === 'pc' ? ['scale=in_range=pc:out_range=pc'] : []),
    `format=${video.pixelFormat === 'yuv420p10le' ? 'p010le' : 'nv12'}`,
  ];
}

/** The profile by the name that all hardware encoders of a codec have for it; AV1's only one is the default. */
export function hardwareProfile({ video }: EncodeInput): string[] {
  switch (video.codec) {
    case 'hevc':
      return ['-profile:v', video.pixelFormat === 'yuv420p10le' ? 'main10' : 'main'];
    case 'h264':
      return ['-profile:v', 'high'];
    case 'av1':
      return [];
  }
}
