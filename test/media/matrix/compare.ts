import type { Plan } from '#engine/plan/plan.types.js';
import { clockShift, fraction, type Comparison, type Pair } from './comparison.ts';
import { compareExtras } from './compare-extras.ts';
import { compareLight, comparePicture } from './compare-picture.ts';
import { compareText } from './compare-text.ts';
import { isTrack, readRaw, spanOf, type RawFile, type RawStream } from './ffprobe-json.ts';

const FLAGS = ['default', 'forced', 'comment', 'hearing_impaired', 'visual_impaired', 'original'];

/** `ger`, `deu` and `de` are one language. */
function language(stream: RawStream): string {
  const tag = stream.tags?.['language'] ?? 'und';
  try {
    return new Intl.Locale(tag).language;
  } catch {
    return tag;
  }
}

const title = ({ tags }: RawStream) => tags?.['title'] ?? tags?.['name'] ?? '';

const SUBTITLE_CODECS: Readonly<Record<string, string>> = { srt: 'subrip' };

function codecWanted({ source, plan }: Pair): string | undefined {
  switch (plan.action) {
    case 'encode-video':
      return plan.video.codec;
    case 'encode-audio':
      return plan.audio.codec;
    case 'convert-subtitle':
      return SUBTITLE_CODECS[plan.format] ?? plan.format;
    case 'copy':
    case 'convert-dolby-vision':
    case 'drop':
      return source.codec_name;
  }
}

/** Every stream of the source has one entry, and what is left out has a reason that a person can read. */
function compareAccounts({ source, plan, differ, checked }: Comparison): void {
  for (const stream of source.streams) {
    const entries = plan.streams.filter(({ index }) => index === stream.index);
    const [entry] = entries;
    if (entries.length !== 1) differ(`stream ${stream.index} is ${entries.length} times in the plan`);
    if (entry !== undefined && (entry.reason.message.length < 5 || entry.reason.code === ''))
      differ(`stream ${stream.index}: ${entry.action} without a reason`);
  }
  if (plan.streams.length !== source.streams.length) differ('the plan has streams that the source has not');
  checked('every stream');
}

/** Pairs the tracks by their order: the source's, each followed by what is made from it beside. */
function pairUp(source: RawFile, output: RawFile, plan: Plan, differ: (what: string) => void): Pair[] {
  const found = output.streams.filter(isTrack);
  const pairs: Pair[] = [];
  let at = 0;
  for (const stream of source.streams.filter(isTrack)) {
    const entry = plan.streams.find(({ index }) => index === stream.index);
    if (entry !== undefined && entry.action !== 'drop') {
      const made = found[at];
      at += 1;
      if (made === undefined) differ(`stream ${stream.index} is not there`);
      else pairs.push({ source: stream, output: made, plan: entry });
    }
    at += plan.added.filter(({ from }) => from === stream.index).length;
  }
  if (found.length !== at) differ(`${at} tracks were to be there, and there are ${found.length}`);
  return pairs;
}

function compareTrack(pair: Pair, { differ, plan: { container } }: Comparison): void {
  const { source, output } = pair;
  const stream = `stream ${source.index}`;
  const wanted = codecWanted(pair);
  if (output.codec_type !== source.codec_type || output.codec_name !== wanted)
    differ(`${stream} is ${output.codec_type ?? ''} ${output.codec_name ?? ''}, not ${wanted ?? ''}`);
  if (language(source) !== language(output))
    differ(`${stream}: language ${language(source)} became ${language(output)}`);
  if (container === 'mkv') {
    for (const flag of FLAGS) {
      const [before, after] = [source.disposition?.[flag] ?? 0, output.disposition?.[flag] ?? 0];
      if (before !== after) differ(`${stream}: flag ${flag} was ${before} and is ${after}`);
    }
    if (title(source) !== title(output))
      differ(`${stream}: name "${title(source)}" became "${title(output)}"`);
  }
}

function compareSound({ source, output, plan }: Pair, { differ }: Comparison): void {
  if (source.codec_type !== 'audio') return;
  const stream = `stream ${source.index}`;
  const [before, after] = [source.channels ?? 0, output.channels ?? 0];
  if (plan.action === 'copy') {
    if (before !== after) differ(`${stream}: ${before} channels became ${after}`);
    // Matroska has no place for the layout of PCM, only for the number of its channels.
    const silent = output.channel_layout === undefined && (source.codec_name ?? '').startsWith('pcm_');
    if (source.channel_layout !== output.channel_layout && source.channel_layout !== undefined && !silent)
      differ(`${stream}: layout ${source.channel_layout} became ${output.channel_layout ?? 'none'}`);
    if (source.sample_rate !== output.sample_rate)
      differ(`${stream}: ${source.sample_rate ?? ''} Hz became ${output.sample_rate ?? ''} Hz`);
    return;
  }
  if (after < before) differ(`${stream}: ${before} channels became ${after}`);
  const lfe = (layout = '') => layout.includes('.1');
  if (lfe(source.channel_layout) && !lfe(output.channel_layout)) differ(`${stream} lost its low frequencies`);
}

/** seconds; a codec's frame at either end (ALAC and WMA have long ones) and its priming */
const SOUND_TOLERANCE = 0.1;

function compareTimes(pair: Pair, comparison: Comparison): void {
  const { source, output, differ } = comparison;
  const shift = clockShift(comparison);
  const [before, after] = [spanOf(source, pair.source.index), spanOf(output, pair.output.index)];
  const stream = `stream ${pair.source.index}`;
  if (pair.source.codec_type === 'subtitle' || before.packets === 0) return;
  const rate = fraction(pair.source.avg_frame_rate) ?? 25;
  const frames = before.vague ? 2 : 1;
  const tolerance = pair.source.codec_type === 'video' ? frames / rate + 0.005 : SOUND_TOLERANCE;
  const compare = (word: string, from: number | null, to: number | null) => {
    if (from === null) return;
    const wanted = from - shift;
    if (to === null || Math.abs(to - wanted) > tolerance)
      differ(`${stream} ${word} at ${to?.toFixed(3) ?? 'no time'} s, not at ${wanted.toFixed(3)} s`);
  };
  compare('starts', pair.plan.action === 'copy' ? before.lead : before.first, after.first);
  compare('ends', before.end, after.end);
}

/**
 * Holds a new file against its source by what ffprobe prints of both. The plan is asked only what was meant to
 * become of each stream; whether it did, the engine's own verification has no say in.
 */
export async function compareFiles(
  sourceFile: string,
  outputFile: string,
  plan: Plan,
): Promise<{ differences: string[]; checked: string[] }> {
  const [source, output] = await Promise.all([readRaw(sourceFile), readRaw(outputFile)]);
  const differences: string[] = [];
  const checked: string[] = [];
  const differ = (what: string) => differences.push(what);
  const comparison: Comparison = {
    source,
    output,
    plan,
    pairs: pairUp(source, output, plan, differ),
    differ,
    checked: (what) => checked.push(what),
  };
  compareAccounts(comparison);
  for (const pair of comparison.pairs) {
    compareTrack(pair, comparison);
    compareSound(pair, comparison);
    compareTimes(pair, comparison);
    comparePicture(pair, comparison);
    compareLight(pair, comparison);
    await compareText(pair, comparison, sourceFile, outputFile);
  }
  comparison.checked('languages, names and flags');
  comparison.checked('begin and end');
  const channels = comparison.pairs.flatMap(({ output: made }) => made.channels ?? []);
  if (channels.length > 0) comparison.checked(`channels (${channels.join(', ')})`);
  compareExtras(comparison);
  return { differences, checked };
}
