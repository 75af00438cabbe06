import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { execa } from 'execa';
import { MAIN, makeConfig } from '../support/program.ts';
import { fileViolations, leftovers } from './check.ts';
import { mutant, type Clip, type Mutant } from './mutate.ts';
import { readLedger, type Outcome } from './outcome.ts';

/** Takes nearly everything, and nothing is too large afterwards: as many files as possible are to reach the encoder. */
const PROFILE = `video:
  preset: 12
  crf: 40
  highChroma: reduce
  interlaced: deinterlace
  closedCaptions: drop
subtitles:
  misfits: drop
hdr:
  hdr10Plus: drop
  dolbyVision: drop
keep:
  cameraData: drop
act:
  minimumExpectedSaving: -10
  minimumSaving: -10
  stallSeconds: 60
  timeLimitMinutes: 5
`;

/** ms that all files together may take, each on its own, and the program beside them */
const LIMIT_EACH = 15_000;
const LIMIT_BASE = 120_000;
/** ms that a process may outlive the program that started it */
const PROCESS_GRACE = 3000;
/** What a program says when something in it broke that nobody had thought of. */
const BROKEN =
  /unhandled|uncaught|node ended|\b(?:Type|Reference|Range|Syntax)Error\b|SQLITE_|out of memory/i;

export interface FuzzResult {
  seed: number;
  mutants: readonly Mutant[];
  outcomes: ReadonlyMap<string, Outcome>;
  /** what must not be; of a file where it names one */
  violations: { path: string | null; message: string }[];
  minutes: number;
  /** where the program kept its logs and its database */
  config: string;
}

/** Processes whose command line or environment names a folder. */
async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (commandLine.includes(folder) || environment.includes(folder))
      found.push(`${pid} ${commandLine.replaceAll('\0', ' ')}`);
  }
  return found;
}

async function survivors(folder: string): Promise<string[]> {
  const end = Date.now() + PROCESS_GRACE;
  for (;;) {
    const found = await processesOf(folder);
    if (found.length === 0 || Date.now() > end) return found;
    await sleep(100);
  }
}

/** Runs the built program on a library until nothing is left to do; beyond `limitMs` it is ended. */
async function runProgram(config: string, library: string, limitMs: number) {
  const result = await execa(process.execPath, [MAIN, '--library', library, '--once', '--minimum-age', '0'], {
    reject: false,
    all: true,
    stdin: 'ignore',
    timeout: limitMs,
    forceKillAfterDelay: 20_000,
    maxBuffer: 50_000_000,
    env: { BOILARR_CONFIG_DIR: config },
  });
  return { exitCode: result.exitCode, timedOut: result.timedOut, output: result.all };
}

/** Lets the node work on as many files at a time as the machine has cores: they are to meet each other. */
async function useAllCores(config: string, empty: string): Promise<void> {
  await mkdir(empty);
  await runProgram(config, empty, LIMIT_BASE);
  const database = new Database(path.join(config, 'boilarr.db'));
  database.prepare('UPDATE "node" SET "cpuSlots" = ?').run(Math.max(2, availableParallelism()));
  database.close();
}

async function writeLibrary(library: string, mutants: readonly Mutant[]): Promise<void> {
  for (const { path: name, bytes } of mutants) {
    const file = path.join(library, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, bytes, { flag: 'wx' });
  }
}

async function brokenLines(config: string, output: string): Promise<string[]> {
  const log = await readFile(path.join(config, 'logs', 'boilarr.log'), 'utf8').catch(() => '');
  return [...new Set([...output.split('\n'), ...log.split('\n')].filter((line) => BROKEN.test(line)))];
}

/**
 * Makes a library of damaged files, runs the built program over it once, and looks at what is left.
 * @param folder empty; holds library and configuration afterwards
 * @param only one file alone, by its number
 */
export async function fuzz(
  folder: string,
  clips: readonly Clip[],
  options: { seed: number; files: number; only?: number },
): Promise<FuzzResult> {
  const started = performance.now();
  const numbers =
    options.only === undefined ? Array.from({ length: options.files }, (_, index) => index) : [options.only];
  const mutants = numbers.map((index) => mutant(clips, options.seed, index));
  const library = path.join(folder, 'library');
  await mkdir(library);
  const config = await makeConfig(folder, PROFILE);
  await useAllCores(config, path.join(folder, 'empty'));
  await writeLibrary(library, mutants);
  const { exitCode, timedOut, output } = await runProgram(
    config,
    library,
    LIMIT_BASE + LIMIT_EACH * mutants.length,
  );
  await writeFile(path.join(folder, 'output.txt'), output);
  const { outcomes, openReplacements } = readLedger(path.join(config, 'boilarr.db'), library);
  const violations: FuzzResult['violations'] = [];
  const general = (message: string) => violations.push({ path: null, message });
  const failed = [...outcomes.values()].some(({ status }) => status === 'failed');
  if (timedOut) general('the program was not done in its time');
  else if (exitCode !== (failed ? 1 : 0)) general(`the program ended with ${exitCode ?? 'a signal'}`);
  if (openReplacements > 0) general(`${openReplacements} replacements are open`);
  for (const line of await survivors(folder)) general(`still runs: ${line}`);
  for (const line of await brokenLines(config, output)) general(`said: ${line}`);
  for (const line of await leftovers(library, path.join(config, 'work'), mutants, outcomes))
    general(`left: ${line}`);
  const left = [...mutants];
  const lane = async () => {
    for (let next = left.shift(); next !== undefined; next = left.shift()) {
      const { path: name } = next;
      const found = await fileViolations(library, next, outcomes.get(name));
      violations.push(...found.map((message) => ({ path: name, message })));
    }
  };
  await Promise.all([lane(), lane()]);
  return {
    seed: options.seed,
    mutants,
    outcomes,
    violations,
    minutes: (performance.now() - started) / 60_000,
    config,
  };
}
