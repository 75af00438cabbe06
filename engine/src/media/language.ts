/** `ger`, `deu`, `de` and `de-AT` are one language; `und` for none. */
export function canonicalLanguage(language: string | null): string {
  const name = language?.trim() ?? '';
  if (name === '' || name === 'und') return 'und';
  try {
    return new Intl.Locale(name.replaceAll('_', '-')).language;
  } catch {
    return name.toLowerCase();
  }
}
