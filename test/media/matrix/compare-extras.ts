import { clockShift, isMatroska, type Comparison } from './comparison.ts';
import { isCover, spanOf, type RawFile, type RawStream } from './ffprobe-json.ts';

/** What muxers write about themselves. */
const OWN_TAGS = new Set([
  ...['encoder', 'major_brand', 'minor_version', 'compatible_brands', 'creation_time', 'duration'],
  ...[
    'handler_name',
    'metadatacreator',
    'hasaudio',
    'hasvideo',
    'hasmetadata',
    'canseekontime',
    'audiocodecid',
  ],
  ...['wm/encodingtime', 'wmfsdkneeded', 'wmfsdkversion', 'isvbr', 'devicetemplate'],
]);

function compareChapters(comparison: Comparison): void {
  const { source, output, plan, differ, checked } = comparison;
  const [before, after] = [source.chapters, output.chapters];
  if (!plan.keep.chapters) return;
  if (before.length !== after.length) {
    differ(`there were ${before.length} chapters and there are ${after.length}`);
    return;
  }
  const shift = clockShift(comparison);
  for (const [position, chapter] of before.entries()) {
    const made = after[position]!;
    const at = Math.max(0, Number(chapter.start_time) - shift);
    if (Math.abs(Number(made.start_time) - at) > 0.01)
      differ(`chapter ${position + 1} was at ${at.toFixed(3)} s and is at ${made.start_time} s`);
    if ((chapter.tags?.['title'] ?? '') !== (made.tags?.['title'] ?? ''))
      differ(`chapter ${position + 1} has another title`);
  }
  if (before.length > 0) checked(`${before.length} chapters`);
}

const kept = ({ plan }: Comparison, stream: RawStream) =>
  plan.streams.find(({ index }) => index === stream.index)?.action !== 'drop';

function attachments(file: RawFile): RawStream[] {
  return file.streams.filter(({ codec_type: type }) => type === 'attachment');
}

/** Fonts and other files by name and size, covers by size. */
function compareAttached(comparison: Comparison): void {
  const { source, output, differ, checked } = comparison;
  const describe = ({ tags, extradata_size: size }: RawStream) =>
    `${tags?.['filename'] ?? ''} (${tags?.['mimetype'] ?? ''}, ${size ?? 0} bytes)`;
  // Matroska readers know no such cover: it is among the attachments there.
  const bmpCovers = isMatroska(source)
    ? []
    : attachments(output).filter(({ tags }) => tags?.['filename'] === 'cover.bmp');
  const before = attachments(source)
    .filter((stream) => kept(comparison, stream))
    .map(describe)
    .sort();
  const after = attachments(output)
    .filter((stream) => !bmpCovers.includes(stream))
    .map(describe)
    .sort();
  if (before.join() !== after.join()) differ(`attachments: ${before.join(', ')} became ${after.join(', ')}`);
  if (before.length > 0) checked(`${before.length} attachments`);

  const sizes = (file: RawFile, filter: (stream: RawStream) => boolean) =>
    file.streams
      .filter((stream) => isCover(stream) && filter(stream))
      .map(({ index }) => spanOf(file, index).bytes)
      .sort((a, b) => a - b);
  const covers = sizes(source, (stream) => kept(comparison, stream));
  const found = [
    ...sizes(output, () => true),
    ...bmpCovers.map(({ extradata_size: size }) => size ?? 0),
  ].sort((a, b) => a - b);
  if (covers.join() !== found.join())
    differ(`covers of ${covers.join(', ')} bytes became ${found.join(', ')}`);
  if (covers.length > 0) checked(`${covers.length} covers`);
}

function compareTags({ source, output, plan, differ, checked }: Comparison): void {
  if (!plan.keep.tags) return;
  const lower = (tags: Record<string, string> | undefined) =>
    new Map(Object.entries(tags ?? {}).map(([key, value]) => [key.toLowerCase(), value]));
  const after = lower(output.format.tags);
  const before = [...lower(source.format.tags)].filter(([key, value]) => !OWN_TAGS.has(key) && value !== '');
  for (const [key, value] of before)
    if (after.get(key) !== value) differ(`tag ${key} "${value}" became "${after.get(key) ?? ''}"`);
  if (before.length > 0) checked('tags');
}

/** What belongs to the whole file. */
export function compareExtras(comparison: Comparison): void {
  compareChapters(comparison);
  compareAttached(comparison);
  compareTags(comparison);
}
