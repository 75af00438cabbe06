import type { MediaInfo } from '../media/media-info.js';
import { isMatroska } from '../plan/containers.js';

/** What muxers write about themselves. */
export const NOT_A_TAG: ReadonlySet<string> = new Set([
  'encoder',
  'major_brand',
  'minor_version',
  'compatible_brands',
  'creation_time',
  'handler_name',
  'duration',
]);

function escape(text: string): string {
  return (
    text
      // Control characters cannot stand in XML 1.0, not even escaped.
      .replace(/[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/gu, '')
      .replaceAll('&', '&amp;')
      .replaceAll('<', '&lt;')
      .replaceAll('>', '&gt;')
  );
}

/** `00:01:02.345678000` */
function clock(seconds: number): string {
  const micros = Math.max(0, Math.round(seconds * 1e6));
  const pad = (value: number, width: number) => String(value).padStart(width, '0');
  const whole = Math.floor(micros / 1e6);
  const time = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60]
    .map((part) => pad(part, 2))
    .join(':');
  return `${time}.${pad(micros % 1e6, 6)}000`;
}

/**
 * The chapters of a source that is not Matroska, for mkvmerge's --chapters.
 * @returns null when there are none, or mkvmerge takes them from the source itself
 */
export function chaptersXml(info: MediaInfo): string | null {
  if (isMatroska(info) || info.chapters.length === 0) return null;
  // Everything else of such a source is moved to start at 0, so its chapters are, too.
  const moved = (seconds: number) => seconds - info.container.startSeconds;
  const atoms = info.chapters.map(({ startSeconds, endSeconds, title }) =>
    [
      '    <ChapterAtom>',
      `      <ChapterTimeStart>${clock(moved(startSeconds))}</ChapterTimeStart>`,
      ...(endSeconds > startSeconds
        ? [`      <ChapterTimeEnd>${clock(moved(endSeconds))}</ChapterTimeEnd>`]
        : []),
      ...(title === null
        ? []
        : [
            '      <ChapterDisplay>',
            `        <ChapterString>${escape(title)}</ChapterString>`,
            '        <ChapterLanguage>und</ChapterLanguage>',
            '      </ChapterDisplay>',
          ]),
      '    </ChapterAtom>',
    ].join('\n'),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Chapters>\n  <EditionEntry>\n${atoms.join('\n')}\n  </EditionEntry>\n</Chapters>\n`;
}

/** mkvmerge takes every argument that begins with @ for the name of an option file, a title too. */
export function titleNeedsTag(title: string): boolean {
  return title.startsWith('@');
}

/**
 * The tags of a source that is not Matroska as a whole, for mkvmerge's --global-tags.
 * @returns null when there are none, or mkvmerge takes them from the source itself
 */
export function tagsXml(info: MediaInfo): string | null {
  if (isMatroska(info)) return null;
  const tags = Object.entries(info.container.tags).filter(
    ([key, value]) => !NOT_A_TAG.has(key) && value !== '' && (key !== 'title' || titleNeedsTag(value)),
  );
  if (tags.length === 0) return null;
  const simple = tags.map(
    ([key, value]) =>
      `    <Simple><Name>${escape(key.toUpperCase())}</Name><String>${escape(value)}</String></Simple>`,
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Tags>\n  <Tag>\n    <Targets />\n${simple.join('\n')}\n  </Tag>\n</Tags>\n`;
}
