import { canonicalLanguage } from '../../media/language.js';
import type { MediaInfo, SubtitleStream } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import { CONTAINER_NAMES, isMatroska, subtitleWay } from '../containers.js';
import type { StreamPlan } from '../plan.types.js';
import { languageObjection } from '../languages.js';

/** @returns why the profile does not want this stream, or null */
function unwanted(stream: SubtitleStream, profile: Profile): { code: string; message: string } | null {
  const { subtitles } = profile;
  const { forced } = stream.disposition;
  if (subtitles.bitmaps === 'drop' && stream.format === 'bitmap')
    return {
      code: 'subtitle_bitmap_dropped',
      message: `The profile drops subtitles that are pictures (${stream.codec}).`,
    };
  if (subtitles.forced === 'only' && !forced)
    return { code: 'subtitle_not_forced', message: 'The profile keeps forced subtitles alone.' };
  if (forced && subtitles.forced !== 'as-others') return null;
  const message = languageObjection(canonicalLanguage(stream.language), subtitles);
  return message === null ? null : { code: 'subtitle_language_dropped', message };
}

export function planSubtitle(stream: SubtitleStream, info: MediaInfo, profile: Profile): StreamPlan {
  const { index, codec } = stream;
  const reason = unwanted(stream, profile);
  if (reason !== null) return { index, action: 'drop', reason };
  // An empty track of text is harmless; pictures need a head that came with their first packet.
  if (stream.packets === 0 && stream.format !== 'text' && !isMatroska(info)) {
    const message = 'It is announced, and the file holds nothing of it.';
    return { index, action: 'drop', reason: { code: 'subtitle_empty', message } };
  }
  const container = CONTAINER_NAMES[profile.container];
  const way = subtitleWay(info, profile, stream);
  if (way === 'copy') {
    return {
      index,
      action: 'copy',
      reason: { code: 'subtitle_copied', message: `${container} holds ${codec} as it is.` },
    };
  }
  if (way === null) {
    const message = `${container} cannot hold ${codec}, and the profile drops such subtitles.`;
    return { index, action: 'drop', reason: { code: 'subtitle_dropped', message } };
  }
  const message =
    profile.subtitles.textFormat === way
      ? `The profile wants text as ${way}.`
      : `${container} cannot hold ${codec}, so its text becomes ${way}.`;
  return { index, action: 'convert-subtitle', format: way, reason: { code: 'subtitle_converted', message } };
}

/** Whether this stream would be kept, if only the container could hold it. */
export function isWanted(stream: SubtitleStream, profile: Profile): boolean {
  return unwanted(stream, profile) === null;
}
