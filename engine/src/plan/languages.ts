import { canonicalLanguage } from '../media/language.js';

interface LanguageChoice {
  keepLanguages: readonly string[];
  dropLanguages: readonly string[];
}

/**
 * @param language canonical
 * @returns the sentence that says why a profile does not want it; null when it does. What says no language is kept
 *   unless it is dropped by its name `und`: it may be the only one there is.
 */
export function languageObjection(language: string, choice: LanguageChoice): string | null {
  if (choice.dropLanguages.some((entry) => canonicalLanguage(entry) === language))
    return `The profile drops the language ${language}.`;
  if (choice.keepLanguages.length === 0 || language === 'und') return null;
  if (choice.keepLanguages.some((entry) => canonicalLanguage(entry) === language)) return null;
  return `The profile keeps ${choice.keepLanguages.join(', ')}, and this is ${language}.`;
}
