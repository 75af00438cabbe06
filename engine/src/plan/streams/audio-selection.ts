import type { Reason } from '#contracts';
import { canonicalLanguage } from '../../media/language.js';
import { streamsOf, type AudioStream, type MediaInfo } from '../../media/media-info.js';
import type { Profile } from '../../profile/schema/index.js';
import { languageObjection } from '../languages.js';

const COMMENTARY = /\bcomment(?:ary|aries)\b/i;

/** By its flag, or by its name where the flag was forgotten. */
export function isCommentary(stream: AudioStream): boolean {
  return stream.disposition.comment || COMMENTARY.test(stream.title ?? '');
}

function objection(stream: AudioStream, { audio }: Profile): Reason | null {
  if (audio.commentary === 'drop' && isCommentary(stream))
    return { code: 'audio_commentary_dropped', message: 'The profile drops commentaries.' };
  const message = languageObjection(canonicalLanguage(stream.language), audio);
  return message === null ? null : { code: 'audio_language_dropped', message };
}

/**
 * Which audio streams the profile does not want. Where it wants none of them, or nothing but commentaries would be
 * left, nothing is dropped: a film in the wrong language is better than a silent one.
 * @returns reasons by the streams' indexes
 */
export function unwantedAudio(info: MediaInfo, profile: Profile): Map<number, Reason> {
  // What holds nothing cannot be what is left to be heard.
  const streams = streamsOf(info, 'audio').filter(({ packets }) => packets !== 0);
  const dropped = new Map<number, Reason>();
  for (const stream of streams) {
    const reason = objection(stream, profile);
    if (reason !== null) dropped.set(stream.index, reason);
  }
  const film = streams.filter((stream) => !isCommentary(stream));
  const mustKeep = film.length > 0 ? film : streams;
  if (mustKeep.every(({ index }) => dropped.has(index)))
    for (const { index } of mustKeep) dropped.delete(index);
  return dropped;
}
