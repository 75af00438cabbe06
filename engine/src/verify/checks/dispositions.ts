import type { Disposition } from '../../media/media-info.js';
import type { HeaderCheck } from '../verify.types.js';

const FLAGS: readonly (keyof Disposition)[] = [
  'default',
  'forced',
  'comment',
  'hearingImpaired',
  'visualImpaired',
  'original',
];

/** Only Matroska has a place for each of them. */
export const checkDispositions: HeaderCheck = ({ plan }, tracks) => {
  if (plan.container !== 'mkv') return [];
  return tracks.flatMap(({ source, added, output }) => {
    // An added track is nobody's first choice: its flags are the muxer's.
    if (output === undefined || added !== null) return [];
    const changed = FLAGS.filter((flag) => source.disposition[flag] !== output.disposition[flag]);
    if (changed.length === 0) return [];
    const message = `The flags of stream ${source.index} are not the source's: ${changed.join(', ')}.`;
    return [{ code: 'disposition' as const, message, stream: source.index }];
  });
};
