import type { HeaderCheck } from '../verify.types.js';

/** `ger`, `deu` and `de` are one language; muxers change one into the other. */
function canonical(language: string | null): string {
  if (language === null) return 'und';
  try {
    return new Intl.Locale(language).language;
  } catch {
    return language.toLowerCase();
  }
}

export const checkLanguages: HeaderCheck = (_input, tracks) =>
  tracks.flatMap(({ source, output }) => {
    if (output === undefined || canonical(source.language) === canonical(output.language)) return [];
    const message = `The language of stream ${source.index} was ${source.language ?? 'unset'} and is ${output.language ?? 'unset'}.`;
    return [{ code: 'language' as const, message, stream: source.index }];
  });
