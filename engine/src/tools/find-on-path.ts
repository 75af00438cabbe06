import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';

const found = new Map<string, string>();

async function search(name: string): Promise<string | null> {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    for (const suffix of suffixes) {
      const candidate = path.join(folder, name + suffix);
      try {
        await access(candidate, constants.X_OK);
        return candidate;
      } catch {
        // Not here; the next folder may have it.
      }
    }
  }
  return null;
}

/** @returns the program's full path, or null; what was found once is not looked up again */
export async function findOnPath(name: string): Promise<string | null> {
  const known = found.get(name);
  if (known !== undefined) return known;
  const path = await search(name);
  if (path !== null) found.set(name, path);
  return path;
}
