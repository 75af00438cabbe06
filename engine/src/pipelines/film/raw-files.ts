import { readdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { JobContext } from '../../pipeline/step.js';
import { produceFile } from './files.js';
import { sourceOf } from './params.js';
import type { ProducedFile } from './stored.js';

/** What there is at a time of a picture outside of a container: one that is read and one that is made of it. */
const AT_A_TIME = 2;

/** ms between two looks at a file that grows */
const LOOK_MS = 1000;

/** Everything that the pipelines of raw pictures make on the way, whatever attempt made it. */
const NAMES: readonly string[] = [
  ...['layers.hevc', 'single.hevc', 'encoded.hevc', 'injected.hevc'],
  ...['look.bin', 'rpu.bin', 'check.bin', 'output.mkv'],
];

/** Bytes that raw files may have at a time. The picture is most of a film, and its size is known before its headers are. */
export function rawBytes(context: JobContext): number {
  return AT_A_TIME * sourceOf(context).size;
}

/** @returns the job's folder for raw files in quick storage; null: they have to go into the work folder */
export async function rawFolder(context: JobContext): Promise<string | null> {
  return context.scratch(rawBytes(context));
}

/** Makes a file that only later steps of the same node read. */
export async function produceRaw(
  context: JobContext,
  name: string,
  write: (partialPath: string) => Promise<void>,
): Promise<ProducedFile> {
  return produceFile(context, name, write, await rawFolder(context));
}

/**
 * Deletes what earlier steps and earlier attempts have left, so that no more lies there at a time than was asked for.
 * @param keep what is still needed
 */
export async function clearRaw(
  context: JobContext,
  keep: readonly (ProducedFile | null)[] = [],
): Promise<void> {
  const needed = new Set(keep.flatMap((file) => (file === null ? [] : [file.path])));
  const scratch = await rawFolder(context);
  for (const folder of scratch === null ? [context.workFolder] : [context.workFolder, scratch]) {
    for (const name of await readdir(folder)) {
      const isOurs = NAMES.some((known) => name === known || name.endsWith(`-${known}`));
      const file = path.join(folder, name);
      if (isOurs && !needed.has(file)) await rm(file, { force: true });
    }
  }
}

/**
 * Tells how far a program is that says nothing itself, by what it has written.
 * @param expected bytes that the file will have
 */
export async function whileItGrows<T>(
  context: JobContext,
  file: string,
  expected: number,
  run: () => Promise<T>,
): Promise<T> {
  // On a share that hangs a look has no end, and each one more would keep a thread from everything else.
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    stat(file)
      .then(
        ({ size }) => {
          context.progress({ percent: expected > 0 ? Math.min(100, (size / expected) * 100) : null });
        },
        () => undefined,
      )
      .finally(() => {
        isLooking = false;
      });
  }, LOOK_MS);
  try {
    return await run();
  } finally {
    clearInterval(timer);
  }
}
