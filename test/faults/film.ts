import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import path from 'node:path';

/** SHA-256 of a file; null when nothing is there. */
export async function hashOf(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** One film of the library, and every content that its path may rightly have. */
export interface Film {
  /** absolute */
  originalPath: string;
  /** what the profile's container makes of it; the same path for a Matroska source */
  finalPath: string;
  originalSha: string;
  originalSize: number;
  /** of the verified output, once it is in place */
  outputSha: string | null;
  /** its original was deleted from the trash on purpose */
  emptied: boolean;
}

export async function filmAt(originalPath: string): Promise<Film> {
  const originalSha = await hashOf(originalPath);
  if (originalSha === null) throw new Error(`${originalPath} is not there`);
  const { dir, name } = path.parse(originalPath);
  return {
    originalPath,
    finalPath: path.join(dir, `${name}.mkv`),
    originalSha,
    originalSize: (await stat(originalPath)).size,
    outputSha: null,
    emptied: false,
  };
}
