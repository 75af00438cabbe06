/** Norwegian as it is nearly always written: files call it by either name. */
const SAME: Readonly<Record<string, string>> = { nb: 'no' };

/** `ger`, `deu`, `de` and `de-AT` are one language, `nor` and `nob` as well; `und` for none. */
export function canonicalLanguage(language: string | null): string {
  const name = language?.trim() ?? '';
  if (name === '' || name === 'und') return 'und';
  try {
    const { language: found } = new Intl.Locale(name.replaceAll('_', '-'));
    return SAME[found] ?? found;
  } catch {
    return name.toLowerCase();
  }
}
