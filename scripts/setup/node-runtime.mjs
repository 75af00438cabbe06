import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME } from './paths.mjs';
import { run } from './run-command.mjs';
import { SetupError, timed } from './say.mjs';

/** What is fetched where the installed Node is too old; a long-term release that all packages support. */
const PINNED = '24.21.0';

/** npm's package of Node's own binary for this platform: what npm's `node` fetches from a script of its own. */
const PACKAGE = `node-${process.platform}-${process.arch}`;

const HOME = path.join(RUNTIME, 'node_modules', PACKAGE);
const PINNED_BIN = path.join(HOME, 'bin');

const ADVICE = 'Install Node 24.15 or newer, for example from nodejs.org, and start again.';

/**
 * The folder of the `node` that everything after the set-up runs under: the one that started it where that is new
 * enough, else the pinned one if it has been fetched.
 * @returns {string | undefined}
 */
export function knownNode() {
  if (isSupported(process.versions.node)) return path.dirname(process.execPath);
  return existsSync(path.join(PINNED_BIN, 'node')) && readPinnedVersion() === PINNED ? PINNED_BIN : undefined;
}

/**
 * Fetches the pinned Node into `.runtime/`.
 * @returns {Promise<string>} the folder of its `node`
 */
export async function fetchNode() {
  await timed(`fetches Node ${PINNED} (this one is ${process.versions.node})`, async () => {
    mkdirSync(RUNTIME, { recursive: true });
    // A package.json of its own, so that npm does not look for the project above.
    writeFileSync(path.join(RUNTIME, 'package.json'), '{ "private": true }\n');
    await run('npm', [
      'install',
      '--prefix',
      RUNTIME,
      '--no-save',
      '--ignore-scripts',
      `${PACKAGE}@${PINNED}`,
    ]);
  });
  try {
    execFileSync(path.join(PINNED_BIN, 'node'), ['--version'], { stdio: 'pipe' });
  } catch {
    throw new SetupError(
      `The Node ${PINNED} that npm offers does not run on this system (${PACKAGE}). ${ADVICE}`,
    );
  }
  return PINNED_BIN;
}

/**
 * The even releases from 24.15 on; the odd ones are not supported by the client's build.
 * @param {string} version
 */
function isSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 24 && minor >= 15) || (major >= 26 && major % 2 === 0);
}

/** npm writes a package's package.json with the rest of it and moves the whole into place. */
function readPinnedVersion() {
  return JSON.parse(readFileSync(path.join(HOME, 'package.json'), 'utf8')).version;
}

/**
 * The environment of what runs under that Node.
 * @param {string} nodeBin
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentOf(nodeBin) {
  return { ...process.env, PATH: `${nodeBin}${path.delimiter}${process.env.PATH ?? ''}` };
}
