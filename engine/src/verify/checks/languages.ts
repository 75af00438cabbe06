import { canonicalLanguage, isWellKnownLanguage } from '../../media/language.js';
import type { HeaderCheck } from '../verify.types.js';

export const checkLanguages: HeaderCheck = (_input, tracks) =>
  tracks.flatMap(({ source, output }) => {
    if (output === undefined || canonicalLanguage(source.language) === canonicalLanguage(output.language))
      return [];
    // A language that does not exist cannot be written.
    if (canonicalLanguage(output.language) === 'und' && !isWellKnownLanguage(source.language)) return [];
    const message = `The language of stream ${source.index} was ${source.language ?? 'unset'} and is ${output.language ?? 'unset'}.`;
    return [{ code: 'language' as const, message, stream: source.index }];
  });
