/** Norwegian as it is nearly always written: files call it by either name. */
const SAME: Readonly<Record<string, string>> = { nb: 'no' };

const NAMES = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' });

function englishName(code: string): string | undefined {
  try {
    return NAMES.of(code);
  } catch {
    return undefined;
  }
}

/** `english` to `en`: some programs write the name itself into a file. */
const codesByName = new Map<string, string>();

function codeOf(name: string): string | undefined {
  if (codesByName.size === 0) {
    const letters = Array.from('abcdefghijklmnopqrstuvwxyz');
    for (const code of letters.flatMap((first) => letters.map((second) => first + second))) {
      const known = englishName(code)?.toLowerCase();
      if (known !== undefined && !codesByName.has(known)) codesByName.set(known, code);
    }
  }
  return codesByName.get(name.toLowerCase());
}

/** `ger`, `deu`, `de` and `de-AT` are one language, `nor` and `nob` as well, and `German` too; `und` for none. */
export function canonicalLanguage(language: string | null): string {
  const name = language?.trim() ?? '';
  if (name === '' || name === 'und') return 'und';
  const named = codeOf(name);
  if (named !== undefined) return SAME[named] ?? named;
  try {
    const { language: found } = new Intl.Locale(name.replaceAll('_', '-'));
    return SAME[found] ?? found;
  } catch {
    return name.toLowerCase();
  }
}

/** Language, script and region; what else a tag may have, hardly any player reads. */
const PLAIN_TAG = /^[a-z]{2,3}(?:-[a-z]{4})?(?:-(?:[a-z]{2}|\d{3}))?$/i;

/**
 * Whether everybody knows the language that a file names. Of rare ones only the registry can tell whether there are any
 * such, and a damaged or careless file names some that there are not.
 */
export function isWellKnownLanguage(language: string | null): boolean {
  const code = canonicalLanguage(language);
  return code === 'und' || englishName(code) !== undefined;
}

/**
 * A tag that can be written: mkvmerge refuses all it was told about one track with a tag that is not registered, and
 * sources have such.
 * @param registered codes of two and three letters, for languages that are not well known; null: nobody has looked
 */
export function languageTag(language: string | null, registered: ReadonlySet<string> | null): string {
  if (language === null) return 'und';
  const code = canonicalLanguage(language);
  if (!isWellKnownLanguage(language) && registered?.has(code) !== true) return 'und';
  return PLAIN_TAG.test(language) ? language : code;
}

/** The codes in what `mkvmerge --list-languages` prints: a table of a name and its codes of three and two letters. */
export function listedLanguages(table: string): ReadonlySet<string> {
  const codes = table.split('\n').flatMap((line) => line.split('|').slice(1));
  return new Set(codes.map((code) => code.trim()).filter((code) => /^[a-z]{2,3}$/.test(code)));
}
