import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

export const MAIN = fileURLToPath(new URL('../../dist/server/src/main.js', import.meta.url));

/** Fast and small: tests care for what is kept, not for how it looks. */
export const FAST_PROFILE = 'video:\n  preset: 12\n  crf: 40\n';

/** A configuration folder with a fast default profile. */
export async function makeConfig(folder: string, profile = FAST_PROFILE): Promise<string> {
  const directory = path.join(folder, 'config');
  await mkdir(path.join(directory, 'profiles'), { recursive: true });
  await writeFile(path.join(directory, 'profiles', 'av1-default.yaml'), profile);
  return directory;
}

export interface Ended {
  exitCode: number | undefined;
  stdout: string;
  stderr: string;
}

/** The program as a user starts it, without the set-up before it, run to its end. */
export async function boilarr(configDirectory: string, args: readonly string[]): Promise<Ended> {
  const result = await execa(process.execPath, [MAIN, ...args], {
    reject: false,
    stdin: 'ignore',
    env: { BOILARR_CONFIG_DIR: configDirectory },
  });
  return { exitCode: result.exitCode, stdout: result.stdout, stderr: result.stderr };
}
