import type { Tags } from './media-info.js';

/** Matroska's own name for what a track was encoded with, in lower case as `Tags` has it. */
const NAME = 'encoder_settings';

/** Before the settings: who wrote them. */
const OURS = 'boilarr x265 ';

/** What a new picture of x265's is marked with, so that nobody takes it for a source again. */
export function encoderMark(quality: { crf: number } | { bitRate: number }): string {
  return OURS + ('crf' in quality ? `crf=${quality.crf}` : `bitrate=${quality.bitRate}`);
}

/** @returns the settings of an earlier encode that is marked so; null for any other picture */
export function markedSettings(tags: Tags): string | null {
  const value = tags[NAME];
  return value?.startsWith(OURS) === true ? value.slice(OURS.length) : null;
}

/** The mark as mkvmerge's --tags takes it for one track. */
export function encoderMarkXml(mark: string): string {
  const simple = `<Simple><Name>${NAME.toUpperCase()}</Name><String>${mark}</String></Simple>`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Tags>\n  <Tag>\n    <Targets />\n    ${simple}\n  </Tag>\n</Tags>\n`;
}
