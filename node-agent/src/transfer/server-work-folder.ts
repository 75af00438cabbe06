import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { RegisterResponse } from '#contracts';

/**
 * Finds out whether this node works in a folder that the server sees.
 * @returns where the server finds it; null: it does not, and outputs have to be sent
 */
export async function serverWorkFolder(
  workFolder: string,
  { name, content, folder }: RegisterResponse['workProbe'],
): Promise<string | null> {
  // A name, not a way to some other place.
  if (name !== path.basename(name)) return null;
  const found = await readFile(path.join(workFolder, name), 'utf8').catch(() => null);
  return found === content ? folder : null;
}
