import { AUDIO } from './audio.ts';
import { CONTAINERS } from './containers.ts';
import { ODD } from './odd.ts';
import { PICTURES } from './pictures.ts';
import type { Group } from './source.ts';
import { SUBTITLES } from './subtitles.ts';
import { VIDEO_CODECS } from './video-codecs.ts';

export const GROUPS: readonly Group[] = [VIDEO_CODECS, CONTAINERS, AUDIO, SUBTITLES, PICTURES, ODD];
