import { hasMatroskaSiting } from '../../command/color.js';
import type { ColorInfo, MasteringDisplay, VideoStream } from '../../media/media-info.js';
import type { VideoCodec } from '../../profile/schema/index.js';
import type { Finding, HeaderCheck, HeaderInput } from '../verify.types.js';

const SIGNALS: readonly (keyof ColorInfo)[] = ['range', 'space', 'transfer', 'primaries'];

/** Names of the same curve or matrix: no bits were changed between them. */
const SAME: Readonly<Record<string, string>> = {
  gamma22: 'bt470m',
  gamma28: 'bt470bg',
  'bt2020-10': 'bt709',
  'bt2020-12': 'bt709',
  smpte170m: 'bt709',
};

function numbers({ red, green, blue, whitePoint, maxLuminance }: MasteringDisplay): number[] {
  return [...red, ...green, ...blue, ...whitePoint, maxLuminance / 10_000];
}

function sameDisplay(a: MasteringDisplay, b: MasteringDisplay): boolean {
  const other = numbers(b);
  return (
    numbers(a).every((number, position) => Math.abs(number - (other[position] ?? Number.NaN)) < 0.001) &&
    Math.abs(a.minLuminance - b.minLuminance) < 0.001
  );
}

/**
 * Whether the output must say where chroma lies. Elsewhere than in Matroska, AV1 has no word for the middle; HEVC and
 * H.264 say left by saying nothing, whatever the file says, and not every encoder of theirs can say more.
 */
const keepsSiting = ({ plan }: HeaderInput, source: VideoStream, codec: VideoCodec) =>
  plan.container === 'mkv' && codec === 'av1' && hasMatroskaSiting(source);

/** What tells a screen how to show the picture: an encode that loses it looks washed out or too dark. */
export const checkColor: HeaderCheck = (input, tracks) =>
  tracks.flatMap(({ source, output, plan }) => {
    const isMade = plan.action === 'encode-video' || plan.action === 'convert-dolby-vision';
    if (!isMade || source.kind !== 'video' || output?.kind !== 'video') return [];
    const findings: Finding[] = [];
    const add = (code: Finding['code'], message: string) =>
      findings.push({ code, message, stream: source.index });
    for (const signal of SIGNALS) {
      const [before, after] = [source.color[signal], output.color[signal]];
      if (before === after) continue;
      // Where nothing is said, players take the range for limited.
      if (before === null && (signal !== 'range' || after !== 'pc' || source.chroma === 'rgb')) continue;
      if (
        signal === 'transfer' &&
        after !== null &&
        (SAME[before ?? ''] ?? before) === (SAME[after] ?? after)
      )
        continue;
      add(
        'color',
        `The colour ${signal} was ${before ?? 'not signalled'} and is ${after ?? 'not signalled'}.`,
      );
    }
    const [lay, lies] = [source.color.chromaLocation, output.color.chromaLocation];
    if (lay !== lies && plan.action === 'encode-video' && keepsSiting(input, source, plan.video.codec))
      add('color', `The chroma location was ${lay ?? ''} and is ${lies ?? 'not signalled'}.`);
    const [from, to] = [source.hdr, output.hdr];
    // What is wanted of it, its own check knows.
    if (to.dolbyVision !== null && input.plan.dolbyVision === null)
      add('dolby_vision', 'The output claims Dolby Vision, which it no longer has.');
    if (
      from.masteringDisplay !== null &&
      (to.masteringDisplay === null || !sameDisplay(from.masteringDisplay, to.masteringDisplay))
    ) {
      add('hdr_mastering_display', 'The mastering display is missing or another one.');
    }
    if (
      from.contentLight !== null &&
      (from.contentLight.maxContent !== to.contentLight?.maxContent ||
        from.contentLight.maxAverage !== to.contentLight.maxAverage)
    ) {
      add('hdr_content_light', 'The content light level is missing or another one.');
    }
    if (from.format !== to.format) add('hdr_format', `The picture was ${from.format} and is ${to.format}.`);
    return findings;
  });
