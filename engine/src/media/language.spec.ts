import { describe, expect, it } from 'vitest';
import { canonicalLanguage, isWellKnownLanguage, languageTag, listedLanguages } from './language.js';

const LIST = `English language name | ISO 639-3 code | ISO 639-2 code | ISO 639-1 code
----------------------+----------------+----------------+---------------
Abaza                 | abq            |                |
German                | deu            | ger            | de
`;

describe('languages', () => {
  it.each([
    [null, 'und'],
    ['', 'und'],
    ['ger', 'de'],
    ['deu', 'de'],
    ['de-AT', 'de'],
    ['ger_DE', 'de'],
    ['nob', 'no'],
    ['English', 'en'],
    ['german', 'de'],
    ['Norwegian Bokmål', 'no'],
    ['\u{fffd}\u{fffd}', '\u{fffd}\u{fffd}'],
  ])('%j is %s', (language, canonical) => {
    expect(canonicalLanguage(language)).toBe(canonical);
  });

  it.each<[language: string | null, tag: string]>([
    [null, 'und'],
    ['ger', 'ger'],
    ['pt-BR', 'pt-BR'],
    ['zh-Hans-CN', 'zh-Hans-CN'],
    ['ger_DE', 'de'],
    ['fr-FR-fonipa', 'fr'],
    ['English', 'en'],
    // rare, and registered
    ['abq', 'abq'],
    // three letters that are no language, and what damage leaves of one
    ['xyz', 'und'],
    ['e', 'und'],
    ['\u{fffd}\u{fffd}', 'und'],
    ['u\nd', 'und'],
    ['-y', 'und'],
  ])('%j is written as %s', (language, tag) => {
    expect(languageTag(language, listedLanguages(LIST))).toBe(tag);
  });

  it('knows of a rare language only by the list', () => {
    expect(listedLanguages(LIST)).toEqual(new Set(['abq', 'deu', 'ger', 'de']));
    expect(isWellKnownLanguage('abq')).toBe(false);
    expect(languageTag('abq', null)).toBe('und');
  });
});
