import { tracksOf } from '../tracks.js';
import type { Finding, TrackPair, HeaderCheck } from '../verify.types.js';

const SUBTITLE_CODEC = { srt: 'subrip', ass: 'ass', webvtt: 'webvtt', mov_text: 'mov_text' } as const;

function expectedCodec({ source, plan }: TrackPair): string {
  switch (plan.action) {
    case 'encode-video':
      return plan.video.codec;
    case 'encode-audio':
      return plan.audio.codec;
    case 'convert-subtitle':
      return SUBTITLE_CODEC[plan.format];
    case 'copy':
    case 'convert-dolby-vision':
    case 'drop':
      return source.codec;
  }
}

/** As many tracks as planned, each of its kind and codec. */
export const checkStreams: HeaderCheck = ({ output }, tracks) => {
  const findings: Finding[] = [];
  const found = tracksOf(output).length;
  if (found !== tracks.length) {
    const message = `The output has ${found} tracks, and ${tracks.length} were planned.`;
    findings.push({ code: 'stream_count', message, stream: null });
  }
  for (const track of tracks) {
    const { source, output: made } = track;
    if (made === undefined) continue;
    const codec = expectedCodec(track);
    if (made.kind !== source.kind || made.codec !== codec) {
      const message = `Stream ${source.index} should be ${source.kind} ${codec} and is ${made.kind} ${made.codec}.`;
      findings.push({ code: 'stream_codec', message, stream: source.index });
    }
  }
  return findings;
};
