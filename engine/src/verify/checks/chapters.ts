import { said } from '../text.js';
import { clockShift } from '../tracks.js';
import type { Finding, HeaderCheck } from '../verify.types.js';

/** seconds; containers round to a millisecond, MP4's text chapters to a bit more */
const TOLERANCE = 0.02;

const finding = (code: Finding['code'], message: string) => [{ code, message, stream: null }];

export const checkChapters: HeaderCheck = ({ source, output, plan }) => {
  const found = output.chapters.length;
  if (!plan.keep.chapters)
    return found === 0 ? [] : finding('chapters_left', `The output still has ${found} chapters.`);
  if (source.chapters.length !== found) {
    return finding('chapters', `The source has ${source.chapters.length} chapters, the output ${found}.`);
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
      said(chapter.title) !== said(made.title)
    );
  });
  return moved < 0 ? [] : finding('chapters', `Chapter ${moved + 1} is not where or what it was.`);
};
