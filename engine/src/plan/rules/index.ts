import type { EncodeRule, PlanRule, SourceRule } from '../plan.types.js';
import { cameraData } from './camera-data.js';
import { closedCaptions } from './closed-captions.js';
import { copiesFit } from './copies-fit.js';
import { dolbyVisionBase } from './dolby-vision-base.js';
import { dolbyVisionKind } from './dolby-vision-kind.js';
import { dolbyVision } from './dolby-vision.js';
import { evenRate } from './even-rate.js';
import { expectedSaving } from './expected-saving.js';
import { fileDate } from './file-date.js';
import { fileSize } from './file-size.js';
import { hdr } from './hdr.js';
import { hdr10Plus } from './hdr10-plus.js';
import { interlaced } from './interlaced.js';
import { minimumBitRate } from './minimum-bit-rate.js';
import { noDuration } from './no-duration.js';
import { noVideo } from './no-video.js';
import { nothingToDo } from './nothing-to-do.js';
import { pictureSize } from './picture-size.js';
import { pixelFormat } from './pixel-format.js';
import { reencodedBefore } from './reencoded-before.js';
import { severalVideos } from './several-videos.js';
import { spherical } from './spherical.js';
import { stereoscopic } from './stereoscopic.js';
import { subtitlesFit } from './subtitles-fit.js';
import { unknownCodec } from './unknown-codec.js';

/** Asked of every file, in this order; the first that objects is the reason that a user reads. */
export const SOURCE_RULES: readonly SourceRule[] = [noVideo, noDuration, fileSize, fileDate, dolbyVisionKind];

/** Asked of every file once it is known which way it goes. */
export const KEPT_RULES: readonly SourceRule[] = [cameraData, subtitlesFit];

/** Asked where the picture is taken out of its container: a new one or not, it comes back without times. */
const RAW_RULES: readonly EncodeRule[] = [severalVideos, dolbyVisionBase, evenRate];

/** Asked when a picture stays, and all that its container says of it is written anew. */
export const CONVERTED_RULES: readonly EncodeRule[] = [...RAW_RULES, stereoscopic, spherical];

/** Asked when a picture is to be encoded. */
export const ENCODE_RULES: readonly EncodeRule[] = [
  severalVideos,
  unknownCodec,
  pictureSize,
  dolbyVision,
  hdr10Plus,
  hdr,
  stereoscopic,
  spherical,
  interlaced,
  closedCaptions,
  pixelFormat,
  minimumBitRate,
];

/** Asked when x265 itself is to make a new picture, of HEVC as of anything else. */
export const REENCODE_RULES: readonly EncodeRule[] = [reencodedBefore, ...RAW_RULES];

/** Asked of the finished plan. */
export const PLAN_RULES: readonly PlanRule[] = [copiesFit, nothingToDo, expectedSaving];

/** Asked of a plan that is not made to save room. */
export const CONVERT_RULES: readonly PlanRule[] = [copiesFit];

export const ALL_CODES: readonly string[] = [
  ...new Set(
    [
      ...SOURCE_RULES,
      ...KEPT_RULES,
      ...CONVERTED_RULES,
      ...REENCODE_RULES,
      ...ENCODE_RULES,
      ...PLAN_RULES,
    ].map(({ code }) => code),
  ),
];
