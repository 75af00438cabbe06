// Sets the project up for a level of use and prints, alone on stdout, the folder of the `node` to use from then on.
// It runs on the Node that the system has, from 20 on, and on nothing else. See scripts/with.sh.
import { ALL_BUILDS, buildsAreFresh, makeBuilds } from './build.mjs';
import { dependenciesAreFresh, installDependencies } from './dependencies.mjs';
import { checkEncoders } from './encoders.mjs';
import { installTools, toolsAreThere } from './install-tools.mjs';
import { withLock } from './lock.mjs';
import { fetchNode, knownNode } from './node-runtime.mjs';
import { SetupError } from './say.mjs';
import { FOR_TESTS, MEDIA } from './system-tools.mjs';

const OLDEST_NODE = 20;

/**
 * @typedef {object} Level
 * @property {import('./system-tools.mjs').Tool[]} tools
 * @property {readonly string[]} builds
 */

/** @type {Partial<Record<string, Level>>} */
const LEVELS = {
  deps: { tools: [], builds: [] },
  // What is packed on a machine where it will not run.
  build: { tools: [], builds: ALL_BUILDS },
  'build-node': { tools: [], builds: ['server and agent'] },
  app: { tools: MEDIA, builds: ALL_BUILDS },
  tests: { tools: [...MEDIA, ...FOR_TESTS], builds: ALL_BUILDS },
};

/**
 * @param {Level} level
 * @returns {string | undefined} the folder of the `node` to use, undefined when there is something to do first
 */
function findFresh({ tools, builds }) {
  const nodeBin = knownNode();
  const fresh = toolsAreThere(tools) && dependenciesAreFresh() && buildsAreFresh(builds);
  return fresh ? nodeBin : undefined;
}

/**
 * @param {Level} level
 * @returns {Promise<string>} the folder of the `node` to use
 */
async function setUp({ tools, builds }) {
  await installTools(tools);
  const nodeBin = knownNode() ?? (await fetchNode());
  if (!dependenciesAreFresh()) await installDependencies(nodeBin);
  await makeBuilds(nodeBin, builds);
  return nodeBin;
}

async function main() {
  if (Number.parseInt(process.versions.node, 10) < OLDEST_NODE) {
    throw new SetupError(
      `This is Node ${process.versions.node}. Install Node ${OLDEST_NODE} or newer and start again.`,
    );
  }
  const name = process.argv[2] ?? '';
  const level = LEVELS[name];
  if (level === undefined)
    throw new SetupError(`There is no level "${name}": one of ${Object.keys(LEVELS).join(', ')}.`);
  const bin = findFresh(level) ?? (await withLock(() => setUp(level)));
  if (level.tools.length > 0) await checkEncoders();
  process.stdout.write(`${bin}\n`);
}

main().catch((/** @type {unknown} */ error) => {
  const expected = error instanceof SetupError;
  process.stderr.write(
    `\n${expected ? error.message : error instanceof Error ? error.stack : String(error)}\n\n`,
  );
  process.exitCode ||= 1;
});
