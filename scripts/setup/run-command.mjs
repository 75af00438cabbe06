import { spawn } from 'node:child_process';
import { appendFileSync, mkdirSync, openSync, closeSync } from 'node:fs';
import path from 'node:path';
import { ROOT, RUNTIME } from './paths.mjs';
import { SetupError } from './say.mjs';

const LOG = path.join(RUNTIME, 'setup.log');
const TAIL_LINES = 25;

/**
 * Runs a program in the project's folder. Its output goes to `.runtime/setup.log`; the end of it is shown when it fails.
 * @param {string} program
 * @param {string[]} args
 * @param {{ env?: NodeJS.ProcessEnv, cwd?: string }} [options]
 * @returns {Promise<void>}
 * @throws {SetupError} when it cannot be started or does not exit with 0
 */
export async function run(program, args, { env = process.env, cwd = ROOT } = {}) {
  mkdirSync(RUNTIME, { recursive: true });
  const command = [program, ...args].join(' ');
  appendFileSync(LOG, `\n${new Date().toISOString()} ${command}\n`);
  const log = openSync(LOG, 'a');
  /** @type {string[]} */
  const chunks = [];
  // `npm --silent start` would silence the npm that is run here, and with it the reason why it failed.
  const audible = { ...env, npm_config_loglevel: 'warn' };
  const child = spawn(program, args, { cwd, env: audible, stdio: ['ignore', 'pipe', 'pipe'] });
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8');
    stream.on('data', (/** @type {string} */ text) => {
      appendFileSync(log, text);
      chunks.push(text);
    });
  }
  const signals = passSignalsOn(child);
  try {
    const outcome = await new Promise((resolve, reject) => {
      child.once('error', reject);
      child.once('close', (code, signal) => {
        resolve(signal ?? code);
      });
    });
    if (signals.passed())
      throw new SetupError('The set-up was ended; the next one goes on where this one was.');
    if (outcome !== 0) {
      const tail = chunks.join('').trimEnd().split('\n').slice(-TAIL_LINES).join('\n');
      throw new SetupError(`${command} failed (${String(outcome)}):\n${tail}\n\nThe whole output: ${LOG}`);
    }
  } catch (error) {
    if (error instanceof SetupError) throw error;
    throw new SetupError(
      `${command} cannot be started: ${error instanceof Error ? error.message : String(error)}`,
    );
  } finally {
    signals.stop();
    closeSync(log);
  }
}

/**
 * A set-up that is told to end takes its program with it.
 * @param {import('node:child_process').ChildProcess} child
 */
function passSignalsOn(child) {
  let passed = false;
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    passed = true;
    child.kill(signal);
    process.exitCode = signal === 'SIGINT' ? 130 : 143;
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, pass);
  return {
    passed: () => passed,
    stop: () => {
      for (const signal of signals) process.off(signal, pass);
    },
  };
}
