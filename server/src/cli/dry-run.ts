import { readFile, realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { LIBRARY_DEFAULTS } from '#contracts';
import { decide } from '#engine/plan/decide.js';
import { DEFAULT_PROFILES } from '#engine/profile/defaults.js';
import { parseProfile } from '#engine/profile/parse.js';
import type { Profile } from '#engine/profile/schema/index.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import PQueue from 'p-queue';
import { walkLibrary } from '../scanner/walk/walk-library.js';
import { printable, saving, size } from './text.js';

const PROBE_TIMEOUT_MS = 60_000;

export interface DryRunOptions {
  libraries: readonly string[];
  profile: string | undefined;
  /** only read from; it need not exist */
  configDirectory: string;
  signal: AbortSignal;
  out: (line: string) => void;
}

/** The profile's file in the configuration folder, else the one that the program brings. */
async function readProfile(name: string, configDirectory: string): Promise<Profile> {
  const file = path.join(configDirectory, 'profiles', `${name}.yaml`);
  const text = await readFile(file, 'utf8').catch(() => DEFAULT_PROFILES[name]);
  if (text === undefined) throw new Error(`there is no profile ${name}: ${file} does not exist`);
  const result = parseProfile(text, file);
  if (result.ok) return result.profile;
  throw new Error(result.errors.map((error) => error.message).join('\n'));
}

/**
 * Prints what would be done with every file, and why. Starts no server, needs no database, and changes nothing on
 * disk, not even in the configuration folder.
 */
export async function dryRun(options: DryRunOptions): Promise<void> {
  const { out, signal } = options;
  const profile = await readProfile(options.profile ?? LIBRARY_DEFAULTS.profile, options.configDirectory);
  const queue = new PQueue({ concurrency: availableParallelism() });
  const totals = { files: 0, encode: 0, before: 0, after: 0 };

  const judge = async (file: { path: string; size: number }, shown: string): Promise<void> => {
    totals.files += 1;
    try {
      const decision = decide(await probeFile(file.path, { timeoutMs: PROBE_TIMEOUT_MS, signal }), profile);
      if (decision.verdict === 'skip') {
        out(`skip    ${printable(shown)}\n        ${decision.reason.message} (${decision.reason.code})`);
        return;
      }
      const { expectedSize, streams } = decision.plan;
      totals.encode += 1;
      totals.before += file.size;
      totals.after += expectedSize;
      out(
        `encode  ${printable(shown)}\n        ${decision.reason.message.replace(/\.$/, '')}; ${size(file.size)} to about ${size(expectedSize)}, saves ${saving(file.size - expectedSize, file.size)}`,
      );
      for (const stream of streams)
        out(`        stream ${stream.index}: ${stream.action}, ${stream.reason.message}`);
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      out(`skip    ${printable(shown)}\n        it cannot be read: ${printable(message)} (unreadable)`);
    }
  };

  for (const folder of options.libraries) {
    const root = await realpath(folder);
    const files = walkLibrary(root, {
      extensions: LIBRARY_DEFAULTS.extensions,
      minimumSize: LIBRARY_DEFAULTS.minimumSize,
      minimumAgeSeconds: 0,
      ignore: LIBRARY_DEFAULTS.ignore,
    });
    for (let next = await files.next(); ; next = await files.next()) {
      signal.throwIfAborted();
      if (next.done === true) {
        for (const problem of next.value.problems)
          out(`problem ${printable(problem.path)}\n        ${problem.message}`);
        break;
      }
      const file = next.value;
      void queue.add(() => judge(file, path.relative(root, file.path)));
      // Bounded, however large the library is.
      await queue.onSizeLessThan(availableParallelism() * 4);
    }
  }
  await queue.onIdle();
  out(
    `${totals.files} files, ${totals.encode} to encode: ${size(totals.before)} to about ${size(totals.after)}, ` +
      `saves about ${saving(totals.before - totals.after, totals.before)}. Nothing was changed.`,
  );
}
