import { fraction, type Comparison, type Pair } from './comparison.ts';
import { sideData, spanOf, type RawFile, type RawStream } from './ffprobe-json.ts';

/** Codecs with packets that show nothing. */
const HIDDEN = new Set(['vp8', 'vp9', 'av1']);

/** Degrees that a player turns the picture by. */
function rotation(file: RawFile, stream: RawStream): number {
  const matrix = sideData(file, stream, 'Display Matrix');
  const turned = Number(matrix?.['rotation'] ?? 0);
  return ((turned % 360) + 360) % 360;
}

/** Width over height as it is shown, once the picture is upright. */
function shape(file: RawFile, stream: RawStream): number {
  const pixel = fraction(stream.sample_aspect_ratio) ?? 1;
  const value = ((stream.width ?? 1) * pixel) / (stream.height ?? 1);
  return rotation(file, stream) % 180 === 0 ? value : 1 / value;
}

/** Frames of the output for each of the source: fields that become frames are twice as many. */
function perFrame({ plan }: Pair): number {
  return plan.action === 'encode-video' ? plan.video.framesPerFrame : 1;
}

/** As many pictures as there were, as large, of the same shape and the right way up. */
export function comparePicture(pair: Pair, comparison: Comparison): void {
  const { source, output, differ, checked } = comparison;
  if (pair.source.codec_type !== 'video') return;
  const stream = `stream ${pair.source.index}`;
  const copied = pair.plan.action === 'copy';
  const decoded = (of: RawStream) => Number(of.nb_read_frames ?? 0);
  const [before, after] = [decoded(pair.source), decoded(pair.output)];
  const telecine = pair.plan.action === 'encode-video' && pair.plan.video.filters.join().includes('decimate');
  const wanted = telecine ? (before * 4) / 5 : before * perFrame(pair);
  // One picture more or less where fields are put together anew; a copy takes along what an edit list hides.
  const hidden = copied ? spanOf(source, pair.source.index).packets : before;
  const slack = perFrame(pair) === 2 || telecine ? 2 : 0;
  if (Math.abs(after - wanted) > slack && !(copied && after >= Math.min(before, hidden)))
    differ(`${stream} had ${before} pictures and has ${after}`);
  const [packets, made] = [spanOf(source, pair.source.index), spanOf(output, pair.output.index)];
  if (copied && made.packets < packets.packets && !HIDDEN.has(pair.source.codec_name ?? ''))
    differ(`${stream} had ${packets.packets} packets and has ${made.packets}`);
  checked(`${after} pictures`);

  if (copied) {
    if (pair.source.width !== pair.output.width || pair.source.height !== pair.output.height)
      differ(`${stream} has another size`);
    if (pair.source.pix_fmt !== pair.output.pix_fmt)
      differ(`${stream}: ${pair.source.pix_fmt ?? ''} became ${pair.output.pix_fmt ?? ''}`);
    const [was, is] = [rotation(source, pair.source), rotation(output, pair.output)];
    if (was !== is) differ(`${stream} was turned by ${was} degrees and is by ${is}`);
  } else {
    const turned = rotation(source, pair.source) % 180 !== 0;
    const { width = 0, height = 0 } = pair.source;
    const [wide, high] = turned ? [height, width] : [width, height];
    const even = (pixels: number) => pixels - (pixels % 2);
    if (pair.output.width !== even(wide) || pair.output.height !== even(high))
      differ(`${stream} was ${wide}x${high} and is ${pair.output.width ?? 0}x${pair.output.height ?? 0}`);
    if (rotation(output, pair.output) !== 0) differ(`${stream} is upright and still says that it is not`);
  }
  const [was, is] = [shape(source, pair.source), shape(output, pair.output)];
  if (Math.abs(is / was - 1) > 0.012) differ(`${stream}: shape ${was.toFixed(3)} became ${is.toFixed(3)}`);
  checked('size and shape');
}

const COLORS = ['color_range', 'color_space', 'color_transfer', 'color_primaries'] as const;

/** Two names for what is computed alike. */
const ALIKE: Readonly<Record<string, string>> = {
  'bt2020-10': 'bt709',
  'bt2020-12': 'bt709',
  smpte170m: 'bt709',
  bt470m: 'gamma22',
  bt470bg: 'gamma28',
};

const number = (value: unknown) => {
  const [numerator = Number.NaN, denominator = 1] = String(value).split('/').map(Number);
  return numerator / denominator;
};

/** Every number of the side data is there, and the same. */
function same(before: Record<string, unknown>, after: Record<string, unknown> | null): boolean {
  if (after === null) return false;
  return Object.entries(before).every(([key, value]) => {
    if (key === 'side_data_type') return true;
    const [was, is] = [number(value), number(after[key])];
    return Math.abs(was - is) <= Math.max(0.0005, Math.abs(was) * 0.001);
  });
}

/** What tells a screen how light and colour are meant. */
export function compareLight(pair: Pair, { source, output, differ, checked }: Comparison): void {
  if (pair.source.codec_type !== 'video') return;
  const stream = `stream ${pair.source.index}`;
  const told: string[] = [];
  for (const key of COLORS) {
    const [before, after] = [pair.source[key], pair.output[key]];
    if (before === undefined || before === 'unknown' || before === 'reserved') continue;
    told.push(before);
    const fits =
      key === 'color_transfer' &&
      after !== undefined &&
      (ALIKE[before] ?? before) === (ALIKE[after] ?? after);
    if (before !== after && !fits) differ(`${stream}: ${key} ${before} became ${after ?? 'unsaid'}`);
  }
  if (told.length > 0) checked(`colour (${[...new Set(told)].join(', ')})`);
  for (const type of ['Mastering display metadata', 'Content light level metadata']) {
    const before = sideData(source, pair.source, type);
    // x265 writes 0 and 0 where it was told no light levels: unknown.
    if (before === null || Object.keys(before).length < 2 || before['max_content'] === 0) continue;
    if (!same(before, sideData(output, pair.output, type))) differ(`${stream}: ${type} is not what it was`);
    checked(type.split(' ')[0]?.toLowerCase() === 'mastering' ? 'mastering display' : 'light levels');
  }
  if (pair.plan.action !== 'copy' && sideData(output, pair.output, 'DOVI') !== null)
    differ(`${stream} claims Dolby Vision`);
}
