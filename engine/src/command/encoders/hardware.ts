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

/** Which of NVIDIA's cards a device's id means, as the encoder counts them; null: none of them. */
export function nvidiaIndex({ device }: Pick<EncodeInput, 'device'>): string | null {
  return /^nvidia:(\d{1,3})$/.exec(device ?? '')?.[1] ?? null;
}

/** The file of the card that a device's id means; null: it is no card of the kernel's own. */
export function renderNode({ device }: Pick<EncodeInput, 'device'>): string | null {
  const name = /^dri:(renderD\d{1,3})$/.exec(device ?? '')?.[1];
  return name === undefined ? null : `/dev/dri/${name}`;
}
