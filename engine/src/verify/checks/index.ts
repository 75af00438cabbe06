import type { Check, ContentCheck, HeaderCheck } from '../verify.types.js';
import { checkAttachments } from './attachments.js';
import { checkChannels } from './channels.js';
import { checkChapters } from './chapters.js';
import { checkColor } from './color.js';
import { checkDate } from './date.js';
import { checkDispositions } from './dispositions.js';
import { checkDolbyVisionKept } from './dolby-vision-kept.js';
import { checkDolbyVision } from './dolby-vision.js';
import { checkLanguages } from './languages.js';
import { checkMeasured } from './measured.js';
import { checkPackets } from './packets.js';
import { checkPicture } from './picture.js';
import { checkPictureContent, checkPictureFrozen, checkPictureShift } from './picture-content.js';
import { checkSize } from './size.js';
import { checkChannelOrder, checkSoundContent, checkSoundShift, checkSoundSilent } from './sound-content.js';
import { checkStreams } from './streams.js';
import { checkTimes } from './times.js';
import { checkTags } from './tags.js';
import { checkTrackTitles } from './titles.js';

export const HEADER_CHECKS: readonly HeaderCheck[] = [
  checkStreams,
  checkLanguages,
  checkDispositions,
  checkTrackTitles,
  checkTags,
  checkDate,
  checkChapters,
  checkPicture,
  checkColor,
  checkDolbyVision,
  checkDolbyVisionKept,
  checkChannels,
];

export const CHECKS: readonly Check[] = [
  ...HEADER_CHECKS,
  checkAttachments,
  checkTimes,
  checkPackets,
  checkSize,
];

export const CONTENT_CHECKS: readonly ContentCheck[] = [
  checkMeasured,
  checkPictureContent,
  checkPictureShift,
  checkPictureFrozen,
  checkSoundSilent,
  checkSoundShift,
  checkSoundContent,
  checkChannelOrder,
];
