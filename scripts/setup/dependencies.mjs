import path from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { environmentOf } from './node-runtime.mjs';
import { ROOT } from './paths.mjs';
import { run } from './run-command.mjs';
import { timed } from './say.mjs';
import { stamp } from './stamp.mjs';

/** In node_modules, so that it goes when they go. */
const installed = stamp(path.join(ROOT, 'node_modules/.boilarr-installed'));

/** The one package whose install script has to run; package.json's `allowScripts` says so to npm as well. */
const NATIVE = 'better-sqlite3';

/**
 * @param {import('./node-runtime.mjs').NodeRuntime} runtime
 */
function wanted(runtime) {
  return `${fingerprint(['package-lock.json', '.npmrc'])} abi ${runtime.abi}\n`;
}

/**
 * Are the packages those of the lock file, with native parts for this Node?
 * @param {import('./node-runtime.mjs').NodeRuntime} runtime
 */
export function dependenciesAreFresh(runtime) {
  return installed.is(wanted(runtime));
}

/**
 * Packages first and without scripts, then the one native module: the same with every npm, whatever it thinks of
 * install scripts.
 * @param {import('./node-runtime.mjs').NodeRuntime} runtime
 */
export async function installDependencies(runtime) {
  const env = environmentOf(runtime);
  await timed('installs the packages', () =>
    installed.around(wanted(runtime), async () => {
      await run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=warn'], { env });
      await run('npm', ['rebuild', NATIVE, '--ignore-scripts=false', '--loglevel=warn'], { env });
      await run('node', ['-e', `new (require('${NATIVE}'))(':memory:').close()`], { env });
    }),
  );
}
