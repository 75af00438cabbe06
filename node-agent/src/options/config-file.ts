import { readFileSync } from 'node:fs';
import { parseDocument } from 'yaml';
import { OPTION_NAMES, OptionsError, type GivenOption } from './option-values.js';

/** A file of this size holds something else. */
const LONGEST = 100_000;

/**
 * Reads what a node's YAML file says.
 * @param file its path, for the messages
 * @throws OptionsError naming file and line, or file and key
 */
export function parseConfigFile(text: string, file: string): GivenOption[] {
  if (text.length > LONGEST) throw new OptionsError([`${file}: is too large to be a node's configuration`]);
  const document = parseDocument(text, { prettyErrors: false });
  const [error] = document.errors;
  if (error !== undefined) {
    // Its message may repeat a part of the file.
    const line = text.slice(0, error.pos[0]).split('\n').length;
    throw new OptionsError([`${file}, line ${line}: is not valid YAML (${error.code})`]);
  }
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 0 });
  } catch {
    throw new OptionsError([`${file}: aliases (&, *) are not understood here`]);
  }
  if (values === null) return [];
  if (typeof values !== 'object' || Array.isArray(values))
    throw new OptionsError([`${file}: must hold keys such as server: http://nas:2645`]);
  const given: GivenOption[] = [];
  const problems: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    const name = OPTION_NAMES.find((option) => option === key);
    if (name === undefined) {
      // Anything may stand in a key's place, a token as well.
      const what = /^[A-Za-z_-]{1,30}$/.test(key) ? `no key "${key}"` : 'a key that means nothing here';
      problems.push(`${file}: there is ${what}; known are ${OPTION_NAMES.join(', ')}`);
    } else if (value !== null) given.push({ name, value, source: `${name} in ${file}` });
  }
  if (problems.length > 0) throw new OptionsError(problems);
  return given;
}

/** @throws OptionsError when it cannot be read or is wrong */
export function readConfigFile(file: string): GivenOption[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new OptionsError([`the configuration file ${file} cannot be read (${code})`]);
  }
  return parseConfigFile(text, file);
}
