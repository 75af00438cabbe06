import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RUNTIME } from './paths.mjs';
import { run } from './run-command.mjs';
import { SetupError, timed } from './say.mjs';

/** What is fetched where the installed Node is too old; a long-term release that all packages support. */
const PINNED = '24.21.0';

/** npm's packages of Node's own binaries, one a platform, headers included: no download from elsewhere, no script. */
const PACKAGE = `${process.platform === 'darwin' && process.arch === 'arm64' ? 'node-bin' : 'node'}-${process.platform}-${process.arch}`;

/**
 * A Node that everything after this runs under.
 * @typedef {object} NodeRuntime
 * @property {string} home  the folder with bin/ and include/
 * @property {string} bin   the folder of its `node`
 * @property {string} abi   process.versions.modules: native modules are compiled for it
 */

/**
 * The Node that started the set-up if it is new enough and has its headers beside it (better-sqlite3 may have to be
 * compiled), else the pinned one if that has been fetched.
 * @returns {NodeRuntime | undefined}
 */
export function knownNode() {
  const ownHome = path.resolve(path.dirname(process.execPath), '..');
  if (isSupported(process.versions.node) && headersVersion(ownHome) === process.versions.node) {
    return { home: ownHome, bin: path.dirname(process.execPath), abi: process.versions.modules };
  }
  return readPinned();
}

/**
 * Fetches the pinned Node into `.runtime/`.
 * @returns {Promise<NodeRuntime>}
 */
export async function fetchNode() {
  await timed(`fetches Node ${PINNED} (this one is ${process.versions.node})`, async () => {
    mkdirSync(RUNTIME, { recursive: true });
    // A package.json of its own, so that npm does not look for the project above.
    writeFileSync(path.join(RUNTIME, 'package.json'), '{ "private": true }\n');
    await run('npm', ['install', '--prefix', RUNTIME, '--no-save', '--ignore-scripts', '--loglevel=warn', `${PACKAGE}@${PINNED}`]);
  });
  const runtime = readPinned();
  if (runtime === undefined) throw new SetupError(`${PACKAGE}@${PINNED} holds no Node ${PINNED}. ${ADVICE}`);
  checkThatItRuns(runtime);
  return runtime;
}

const ADVICE = 'Install Node 24.15 or newer with its headers, for example from nodejs.org, and start again.';

/**
 * The even releases from 24.15 on; the odd ones are not supported by the client's build.
 * @param {string} version
 */
function isSupported(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 24 && minor >= 15) || (major >= 26 && major % 2 === 0);
}

/** @returns {NodeRuntime | undefined} */
function readPinned() {
  const home = path.join(RUNTIME, 'node_modules', PACKAGE);
  const bin = path.join(home, 'bin');
  if (headersVersion(home) !== PINNED || !existsSync(path.join(bin, 'node'))) return undefined;
  const abi = headerNumber(readHeader(home), 'NODE_MODULE_VERSION');
  return abi === undefined ? undefined : { home, bin, abi };
}

/**
 * @param {string} home
 * @returns {string | undefined} major.minor.patch, undefined where there are no headers
 */
function headersVersion(home) {
  const header = readHeader(home);
  const parts = ['MAJOR', 'MINOR', 'PATCH'].map((part) => headerNumber(header, `NODE_${part}_VERSION`));
  return parts.includes(undefined) ? undefined : parts.join('.');
}

/** @param {string} home */
function readHeader(home) {
  const file = path.join(home, 'include/node/node_version.h');
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

/**
 * @param {string} header
 * @param {string} name
 */
function headerNumber(header, name) {
  return new RegExp(`#define ${name} (\\d+)`).exec(header)?.[1];
}

/** @param {NodeRuntime} runtime */
function checkThatItRuns(runtime) {
  try {
    execFileSync(path.join(runtime.bin, 'node'), ['--version'], { stdio: 'pipe' });
  } catch {
    throw new SetupError(`The Node ${PINNED} that npm offers does not run on this system (${PACKAGE}). ${ADVICE}`);
  }
}

/**
 * The environment of everything that runs under that Node. `npm_config_nodedir` overrides what a user's npmrc may
 * say: native modules must be compiled against the headers of the Node that will load them.
 * @param {NodeRuntime} runtime
 * @returns {NodeJS.ProcessEnv}
 */
export function environmentOf(runtime) {
  const inherited = Object.entries(process.env).filter(([name]) => name.toLowerCase() !== 'npm_config_nodedir');
  return {
    ...Object.fromEntries(inherited),
    PATH: `${runtime.bin}${path.delimiter}${process.env.PATH ?? ''}`,
    npm_config_nodedir: runtime.home,
  };
}
