import { isMatroska } from '../../plan/containers.js';
import type { Stream } from '../../media/media-info.js';
import { framesPerSecond } from '../../plan/project-size.js';
import { measureOf } from '../tracks.js';
import type { Check, TrackPair, VerifyInput } from '../verify.types.js';

/** Of a damaged source, what may be lost: seconds of the picture, and part of the whole. */
const LOST_SECONDS = 2;
const LOST_PART = 0.002;

/** Whether as many frames came out as a decoder makes of the source: not every packet is a frame. */
function fitsDecoded(input: VerifyInput, source: Stream, before: number, after: number, each: number) {
  const decoded = input.sourceFrames;
  if (decoded === undefined || source.kind !== 'video' || after !== decoded.frames * each) return false;
  if (!decoded.damaged) return true;
  const allowed = Math.max(LOST_SECONDS * framesPerSecond(source), before * LOST_PART);
  return Math.abs(before - decoded.frames) <= allowed;
}

function pictureFits(input: VerifyInput, { source, plan }: TrackPair, after: number): boolean {
  const measured = measureOf(input.sourceMeasured, source);
  const before = measured?.packets ?? 0;
  if (plan.action !== 'encode-video') {
    // A copy takes along what lies before an edit list's start.
    return after === before || after === before + (measured?.discarded ?? 0);
  }
  const each = plan.video.framesPerFrame;
  return after === before * each || fitsDecoded(input, source, before, after, each);
}

/** No frame and no subtitle was left out or doubled. */
export const checkPackets: Check = (input, tracks) =>
  tracks.flatMap((track) => {
    const { source, output, plan } = track;
    const before = measureOf(input.sourceMeasured, source)?.packets ?? 0;
    const after = measureOf(input.outputMeasured, output)?.packets ?? 0;
    const finding = (message: string) => [{ code: 'packet_count' as const, message, stream: source.index }];
    if (source.kind === 'video') {
      if (pictureFits(input, track, after)) return [];
      const decoded =
        input.sourceFrames === undefined ? '' : `, of which ${input.sourceFrames.frames} frames`;
      return finding(`The picture has ${after} frames, and the source ${before} packets${decoded}.`);
    }
    // Anything but Matroska may cut the same subtitles into other packets.
    const comparable = plan.action === 'copy' && isMatroska(input.source);
    if (source.kind === 'subtitle' && comparable && before !== after)
      return finding(`Subtitle stream ${source.index} has ${after} packets, and the source ${before}.`);
    return [];
  });
