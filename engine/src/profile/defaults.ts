import { AUDIO_ONLY } from './shipped/audio-only.js';
import { AV1_ANIME } from './shipped/av1-anime.js';
import { AV1_ARCHIVE } from './shipped/av1-archive.js';
import { AV1_DEFAULT } from './shipped/av1-default.js';
import { DOLBY_VISION } from './shipped/dolby-vision.js';
import { HEVC_FAST } from './shipped/hevc-fast.js';
import { REMUX } from './shipped/remux.js';

/** The profiles that a new installation starts with: file names without extension, and their text. */
export const DEFAULT_PROFILES: Readonly<Record<string, string>> = {
  'av1-default': AV1_DEFAULT,
  'av1-anime': AV1_ANIME,
  'av1-archive': AV1_ARCHIVE,
  'hevc-fast': HEVC_FAST,
  'dolby-vision': DOLBY_VISION,
  'audio-only': AUDIO_ONLY,
  remux: REMUX,
};
