import type { Finding, HeaderCheck } from '../verify.types.js';

/** Names of the tracks. */
export const checkTrackTitles: HeaderCheck = ({ plan }, tracks) => {
  // What MP4 has for names of tracks is not read back by every tool.
  if (plan.container === 'mp4') return [];
  return tracks.flatMap(({ source, added, output }): Finding[] => {
    const expected = added?.title ?? source.title ?? '';
    if (output === undefined || expected === (output.title ?? '')) return [];
    const message = `The track of stream ${source.index} should be named "${expected}" and is named "${output.title ?? ''}".`;
    return [{ code: 'track_title', message, stream: source.index }];
  });
};
