import type { PictureSample } from './picture-sample.js';
import type { SoundSample } from './sound-sample.js';

/** What samples of both files, decoded, told about what is seen and heard. */
export interface MeasuredContent {
  /** samples that could be decoded from both files, and that were chosen at all */
  decoded: number;
  chosen: number;
  /** of the encoded picture */
  pictures: readonly PictureSample[];
  /** each encoded sound track, in the output's order */
  sounds: readonly MeasuredSound[];
}

export interface MeasuredSound {
  /** the source's index of the stream that it is made from */
  stream: number;
  /** the output's index */
  output: number;
  /** ffmpeg's name of the channels that were compared */
  channelLayout: string;
  samples: readonly SoundSample[];
}
