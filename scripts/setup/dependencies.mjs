import path from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { environmentOf } from './node-runtime.mjs';
import { ROOT } from './paths.mjs';
import { run } from './run-command.mjs';
import { timed } from './say.mjs';
import { stamp } from './stamp.mjs';

/** In node_modules, so that it goes when they go. */
const installed = stamp(path.join(ROOT, 'node_modules/.boilarr-installed'));

function wanted() {
  return `${fingerprint(['package-lock.json', '.npmrc'])} ${process.platform} ${process.arch}\n`;
}

/** Are the packages those of the lock file? */
export function dependenciesAreFresh() {
  return installed.is(wanted());
}

/**
 * Without install scripts: no package needs its own, as package.json's `allowScripts` tells npm too.
 * @param {string} nodeBin
 */
export async function installDependencies(nodeBin) {
  await timed('installs the packages', () =>
    installed.around(wanted(), () => run('npm', ['ci', '--ignore-scripts'], { env: environmentOf(nodeBin) })),
  );
}
