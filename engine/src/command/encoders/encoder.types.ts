import type { VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import type { VideoCodec } from '../../profile/schema/index.js';

export const HARDWARE_FAMILIES = ['nvenc', 'qsv', 'vaapi'] as const;
export type HardwareFamily = (typeof HARDWARE_FAMILIES)[number];

export type SoftwareEncoder = 'libsvtav1' | 'libx265' | 'libx264';
export type HardwareEncoder = `${VideoCodec}_${HardwareFamily}`;

/** ffmpeg's name of an encoder that plans can ask for. */
export type EncoderName = SoftwareEncoder | HardwareEncoder;

export interface EncodeInput {
  video: VideoEncode;
  stream: VideoStream;
  /** logical processors that the encoder may use; none: all. Nothing that hardware encoders know. */
  threads?: number | undefined;
  /** SVT-AV1's, which decides on how it is told; null: unknown */
  svtAv1Version?: string | null | undefined;
  /** the card that hardware encodes on, by its id in the node's capabilities; none: whichever ffmpeg opens first */
  device?: string | undefined;
}

/** What one encoder adds to ffmpeg's arguments. */
export interface EncodeArgs {
  /** stands before the input: devices */
  inputArgs: string[];
  /** steps of the filter graph after all others */
  filters: string[];
  /** stands after `-c:v`, colour not included */
  args: string[];
}
