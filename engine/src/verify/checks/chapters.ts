import { clockShift } from '../tracks.js';
import type { HeaderCheck } from '../verify.types.js';

/** seconds; containers round to a millisecond, MP4's text chapters to a bit more */
const TOLERANCE = 0.02;

export const checkChapters: HeaderCheck = ({ source, output, plan }) => {
  if (source.chapters.length !== output.chapters.length) {
    const message = `The source has ${source.chapters.length} chapters, the output ${output.chapters.length}.`;
    return [{ code: 'chapters', message, stream: null }];
  }
  const shift = clockShift(source);
  // ffmpeg copies chapters on the source's own clock.
  const tolerance = plan.container === 'mkv' ? TOLERANCE : TOLERANCE + Math.abs(shift);
  const moved = source.chapters.findIndex((chapter, position) => {
    const made = output.chapters[position];
    const expected = Math.max(0, chapter.startSeconds - shift);
    return (
      made === undefined ||
      Math.abs(expected - made.startSeconds) > tolerance ||
      (chapter.title ?? '') !== (made.title ?? '')
    );
  });
  if (moved < 0) return [];
  return [{ code: 'chapters', message: `Chapter ${moved + 1} is not where or what it was.`, stream: null }];
};
