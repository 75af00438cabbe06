import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { DEFAULT_PROFILES } from '#engine/profile/defaults.js';
import type { NamedProfile, NamedProfiles } from './loaded-profile.js';
import { namedProfile } from './named-profile.js';

/** Beside the profiles, with a copy of the last valid text of each: a restart must not lose what is in force. */
const VALID_FOLDER = '.valid';

export function validCopyPath(folder: string, name: string): string {
  return path.join(folder, VALID_FOLDER, `${name}.yaml`);
}

/** @returns the copy of a profile's last valid text; null: there is none */
export function readValidCopy(folder: string, name: string): Promise<string | null> {
  return readFile(validCopyPath(folder, name), 'utf8').catch(() => null);
}

/** Keeps a text as the last valid one. Written beside and renamed, so that there is always a whole one. */
export async function keepValidCopy(folder: string, name: string, text: string): Promise<void> {
  if ((await readValidCopy(folder, name)) === text) return;
  await mkdir(path.join(folder, VALID_FOLDER), { recursive: true });
  await replaceFile(validCopyPath(folder, name), text);
}

export async function dropValidCopy(folder: string, name: string): Promise<void> {
  await rm(validCopyPath(folder, name), { force: true });
}

export async function replaceFile(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text, { flush: true });
  await rename(`${file}.new`, file);
}

/** @returns the file names of profiles by name; `.yaml` goes before `.yml` */
export async function listProfileFiles(folder: string): Promise<Map<string, string>> {
  const files = (await readdir(folder)).filter((file) => /^[^.].*\.ya?ml$/.test(file)).sort();
  // `.yaml` sorts before `.yml`, and the first one stays.
  const byName = new Map<string, string>();
  for (const file of files) {
    const name = file.replace(/\.ya?ml$/, '');
    if (!byName.has(name)) byName.set(name, file);
  }
  return byName;
}

/**
 * The profiles as a server with this folder would have them, for a command that starts none. Nothing is written, and
 * the folder need not exist: the profiles that the program brings are there without it.
 */
export async function readNamedProfiles(
  folder: string,
): Promise<NamedProfiles & { errors(name: string): string[] }> {
  const profiles = new Map<string, NamedProfile>();
  const mistakes = new Map<string, string[]>();
  const files = await listProfileFiles(folder).catch(() => new Map<string, string>());
  for (const name of new Set([...files.keys(), ...Object.keys(DEFAULT_PROFILES)])) {
    const found = files.get(name);
    const file = found === undefined ? `${name}.yaml (as it comes with Boilarr)` : path.join(folder, found);
    const text = found === undefined ? DEFAULT_PROFILES[name] : await readFile(file, 'utf8');
    let result = namedProfile(name, text ?? '', file);
    if (!result.ok) {
      mistakes.set(name, result.errors);
      const copy = await readValidCopy(folder, name);
      if (copy !== null) result = namedProfile(name, copy, validCopyPath(folder, name));
    }
    if (result.ok) profiles.set(name, result.named);
  }
  return {
    find: (name) => profiles.get(name),
    names: () => [...profiles.keys()].sort(),
    errors: (name) => mistakes.get(name) ?? [],
  };
}
