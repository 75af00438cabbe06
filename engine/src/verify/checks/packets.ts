import { isMatroska } from '../../plan/containers.js';
import { measureOf } from '../tracks.js';
import type { Check } from '../verify.types.js';

/** Codecs with packets that show nothing: fewer frames come out than packets go in. */
const HIDDEN_FRAMES = new Set(['vp8', 'vp9', 'av1']);

/** No frame and no subtitle was left out or doubled. */
export const checkPackets: Check = (input, tracks) =>
  tracks.flatMap(({ source, output, plan }) => {
    const measured = measureOf(input.sourceMeasured, source);
    const before = measured?.packets ?? 0;
    const after = measureOf(input.outputMeasured, output)?.packets ?? 0;
    const finding = (message: string) => [{ code: 'packet_count', message, stream: source.index }];
    if (source.kind === 'video') {
      // A copy takes along what lies before an edit list's start.
      const copied = plan.action === 'copy' && after === before + (measured?.discarded ?? 0);
      const fits =
        copied ||
        before === after ||
        (HIDDEN_FRAMES.has(source.codec) && after < before && after > before * 0.7);
      if (fits) return [];
      return finding(`The picture has ${after} frames, and the source ${before}.`);
    }
    // Anything but Matroska may cut the same subtitles into other packets.
    if (
      source.kind === 'subtitle' &&
      plan.action === 'copy' &&
      isMatroska(input.source) &&
      before !== after
    ) {
      return finding(`Subtitle stream ${source.index} has ${after} packets, and the source ${before}.`);
    }
    return [];
  });
