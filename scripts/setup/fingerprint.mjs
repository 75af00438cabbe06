import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './paths.mjs';

/**
 * A hash over names and contents of files, so that a checkout of another branch counts and a mere touch does not.
 * @param {string[]} places  files and folders, relative to the project; what does not exist counts as empty
 * @param {{ except?: RegExp }} [options]  paths, with `/`, that do not count
 */
export function fingerprint(places, { except } = {}) {
  const hash = createHash('sha256');
  for (const file of places.flatMap(filesIn)) {
    const name = path.relative(ROOT, file).split(path.sep).join('/');
    if (except?.test(name)) continue;
    const content = readFileSync(file);
    hash.update(`${name}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/**
 * @param {string} place
 * @returns {string[]}
 */
function filesIn(place) {
  const absolute = path.resolve(ROOT, place);
  const stats = statSync(absolute, { throwIfNoEntry: false });
  if (stats === undefined) return [];
  if (stats.isFile()) return [absolute];
  return readdirSync(absolute, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .sort();
}
