import { execa } from 'execa';
import type { Comparison, Pair } from './comparison.ts';
import { spanOf } from './ffprobe-json.ts';

const TEXT = new Set(['subrip', 'ass', 'ssa', 'webvtt', 'mov_text', 'text']);

/** What a viewer reads, line by line, with its times to a tenth of a second. */
async function cues(file: string, index: number): Promise<string[]> {
  const { stdout } = await execa(
    'ffmpeg',
    ['-v', 'quiet', '-i', `file:${file}`, '-map', `0:${index}`, '-c:s', 'srt', '-f', 'srt', '-'],
    { stdin: 'ignore' },
  );
  return stdout
    .split(/\n\n+/)
    .map((block) =>
      block
        .split('\n')
        .slice(1)
        .join('|')
        .replaceAll(/<[^>]*>|\{[^}]*\}/g, '')
        .replaceAll(/,(\d)\d\d/g, ',$1')
        .trim(),
    )
    .filter((cue) => cue !== '');
}

/** Subtitles say what they said, when they said it; of pictures there are as many, of as many bytes. */
export async function compareText(
  pair: Pair,
  { source, output, differ, checked }: Comparison,
  sourceFile: string,
  outputFile: string,
): Promise<void> {
  if (pair.source.codec_type !== 'subtitle') return;
  const stream = `stream ${pair.source.index}`;
  if (TEXT.has(pair.source.codec_name ?? '')) {
    const [before, after] = [
      await cues(sourceFile, pair.source.index),
      await cues(outputFile, pair.output.index),
    ];
    if (before.join('\n') !== after.join('\n'))
      differ(`${stream} said ${JSON.stringify(before)} and says ${JSON.stringify(after)}`);
    checked(`${after.length} cues of text`);
    return;
  }
  const [before, after] = [Number(pair.source.nb_read_frames ?? 0), Number(pair.output.nb_read_frames ?? 0)];
  if (before !== after) differ(`${stream} showed ${before} pictures of text and shows ${after}`);
  const [bytesBefore, bytesAfter] = [
    spanOf(source, pair.source.index).bytes,
    spanOf(output, pair.output.index).bytes,
  ];
  // Other containers wrap each picture in a few bytes of their own.
  if (bytesAfter < bytesBefore * 0.9) differ(`${stream} had ${bytesBefore} bytes and has ${bytesAfter}`);
  checked(`${after} pictures of text`);
}
