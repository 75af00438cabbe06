/** `ger`, `deu`, `de` and `de-AT` are one language; `und` for none. */
export function canonicalLanguage(language: string | null): string {
  if (language === null || language === '' || language === 'und') return 'und';
  try {
    return new Intl.Locale(language.replaceAll('_', '-')).language;
  } catch {
    return language.toLowerCase();
  }
}
