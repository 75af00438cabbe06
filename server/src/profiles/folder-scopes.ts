/** A folder of a library, by its path inside it; '' is the library itself. Paths have `/`, and none at the end. */

/** @returns the nearest of the folders that `directory` is, or lies in; null: none */
export function nearestFolder(
  folders: { has(directory: string): boolean },
  directory: string,
): string | null {
  for (let at = directory; ; at = at.slice(0, Math.max(0, at.lastIndexOf('/')))) {
    if (folders.has(at)) return at;
    if (at === '') return null;
  }
}

/** Folders from `from` on and before `before`, in the order of their UTF-8 bytes, which is the database's. */
export interface FolderRange {
  from: string;
  before: string;
}

/** After every path that there can be. */
const LAST = '\u{10FFFF}';

function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/**
 * Cuts all folders that a library may have into ranges, so that in each all folders have the same value.
 * @param valueOf the value of the folders that have one of their own; those below share it, if they have none
 * @param otherwise the value of all others
 * @returns in order, without gaps; neighbours differ
 */
export function folderRanges<T>(
  valueOf: ReadonlyMap<string, T>,
  otherwise: T,
): (FolderRange & { value: T })[] {
  const cuts = new Set(['']);
  for (const directory of valueOf.keys()) {
    if (directory === '') continue;
    // `a b` sorts between `a` and `a/b`: a folder and what lies in it are two ranges. `0` is the character after `/`.
    for (const end of ['', '\u0001', '/', '0']) cuts.add(directory + end);
  }
  const ranges: (FolderRange & { value: T })[] = [];
  for (const from of [...cuts].sort(byBytes)) {
    const owner = nearestFolder(valueOf, from.endsWith('/') ? from.slice(0, -1) : from);
    const value = owner === null ? otherwise : (valueOf.get(owner) ?? otherwise);
    const last = ranges.at(-1);
    if (last?.value === value) continue;
    if (last !== undefined) last.before = from;
    ranges.push({ from, before: LAST, value });
  }
  return ranges;
}

/** @returns the folders that have another value, in as few ranges as can be */
export function rangesWithout<T>(ranges: readonly (FolderRange & { value: T })[], value: T): FolderRange[] {
  const others: FolderRange[] = [];
  for (const range of ranges) {
    if (range.value === value) continue;
    const last = others.at(-1);
    if (last?.before === range.from) last.before = range.before;
    else others.push({ from: range.from, before: range.before });
  }
  return others;
}
