import type { ContentCheck } from '../verify.types.js';

/** Samples were chosen, and not one of them could be decoded from both files. */
export const checkMeasured: ContentCheck = ({ chosen, decoded }) => {
  if (chosen === 0 || decoded > 0) return [];
  const message =
    'No sample of the film could be decoded from both files, so that nothing is known of what they show.';
  return [{ code: 'content_unmeasured', message, stream: null }];
};
