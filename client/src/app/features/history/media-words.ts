import type { HistoryEntry, MediaFacts } from '#contracts';
import type { Tone } from '../../ui/tone';

/** ffprobe's names, as people write them. */
const CODEC_NAMES: Readonly<Record<string, string>> = {
  aac: 'AAC',
  ac3: 'AC-3',
  av1: 'AV1',
  dts: 'DTS',
  eac3: 'E-AC-3',
  flac: 'FLAC',
  h264: 'H.264',
  hevc: 'HEVC',
  mp3: 'MP3',
  mpeg2video: 'MPEG-2',
  mpeg4: 'MPEG-4',
  msmpeg4v3: 'MS-MPEG-4',
  opus: 'Opus',
  pcm_s16le: 'PCM',
  pcm_s24le: 'PCM',
  truehd: 'TrueHD',
  vc1: 'VC-1',
  vorbis: 'Vorbis',
  vp9: 'VP9',
};

export function codecName(codec: string): string {
  return CODEC_NAMES[codec] ?? codec;
}

/** Each audio codec once, in order: `TrueHD, AC-3 ×2`. */
export function audioWords(facts: MediaFacts): string {
  const counts = new Map<string, number>();
  for (const codec of facts.audioCodecs.map(codecName)) counts.set(codec, (counts.get(codec) ?? 0) + 1);
  return [...counts].map(([name, count]) => (count > 1 ? `${name} ×${count}` : name)).join(', ') || 'none';
}

/** The picture's codec before and after: `HEVC → AV1`, or one name where it stayed. */
export function codecChange(entry: Pick<HistoryEntry, 'source' | 'output'>): string {
  const before = entry.source.videoCodec === null ? 'none' : codecName(entry.source.videoCodec);
  const after = entry.output.videoCodec === null ? 'none' : codecName(entry.output.videoCodec);
  return before === after ? after : `${before} → ${after}`;
}

/** What happened, in a few words and a colour. */
export const EVENT_LOOKS: Readonly<Record<HistoryEntry['event'], { label: string; tone: Tone }>> = {
  replaced: { label: 'Replaced', tone: 'success' },
  published: { label: 'Published', tone: 'success' },
  restored: { label: 'Put back from the trash', tone: 'info' },
  recovered: { label: 'Undone after a crash', tone: 'warning' },
};
