import { randomInt } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { wholeClips } from './clips.ts';
import { reachedEncoder, reportText } from './report.ts';
import { fuzz } from './run.ts';

const KEPT = fileURLToPath(new URL('../.cache/fuzz/kept/', import.meta.url));

const USAGE = `npm run test:fuzz     makes damaged files, runs the program over them, and looks at what is left

  FUZZ_FILES=300   so many files
  FUZZ_SEED=N      the same files again; without it, others each time
  FUZZ_ONLY=N      of these, the one with this number alone
`;

/** Part of the files that the encoder must have been started on, or the run says little. */
const LEAST_ENCODED = 1 / 3;

function numberFrom(name: string, fallback: number): number {
  const text = process.env[name] ?? '';
  if (text === '') return fallback;
  if (!/^\d{1,9}$/.test(text)) throw new Error(`${name} must be a whole number, not ${text}`);
  return Number(text);
}

/** Keeps everything as it was at the end, for whoever looks into it. */
async function keep(folder: string, seed: number): Promise<string> {
  const kept = path.join(KEPT, String(seed));
  await rm(kept, { recursive: true, force: true });
  await cp(folder, kept, { recursive: true });
  return kept;
}

/** @returns the exit code: 0, 1 when something went wrong, 2 for a wrong argument */
async function main(): Promise<number> {
  if (process.argv.length > 2) {
    process.stdout.write(USAGE);
    return process.argv.includes('--help') ? 0 : 2;
  }
  const files = numberFrom('FUZZ_FILES', 300);
  const seed = numberFrom('FUZZ_SEED', randomInt(1_000_000));
  const only = numberFrom('FUZZ_ONLY', -1);
  process.stderr.write(`seed ${seed}\n`);
  const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-fuzz-'));
  try {
    const result = await fuzz(folder, await wholeClips(), { seed, files, ...(only < 0 ? {} : { only }) });
    const encoded = reachedEncoder(result);
    const least = only < 0 ? Math.floor(files * LEAST_ENCODED) : 0;
    if (encoded < least) {
      result.violations.push({
        path: null,
        message: `${encoded} files reached the encoder, and not ${least}`,
      });
    }
    process.stdout.write(`${reportText(result)}\n`);
    if (result.violations.length === 0) return 0;
    process.stdout.write(`kept for looking into: ${await keep(folder, seed)}\n`);
    return 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

process.exit(await main());
