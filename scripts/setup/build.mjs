import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fingerprint } from './fingerprint.mjs';
import { environmentOf } from './node-runtime.mjs';
import { ROOT, RUNTIME } from './paths.mjs';
import { run } from './run-command.mjs';
import { SetupError, timed } from './say.mjs';
import { stamp } from './stamp.mjs';

const SERVER_ROOMS = ['contracts', 'engine', 'server', 'node-agent'];
const COMMON = ['package-lock.json', 'tsconfig.json', 'contracts/src'];
const SPECS = /\.spec\.ts$/;

/**
 * @typedef {object} Build
 * @property {string} name
 * @property {string[]} sources   what it is made from
 * @property {string} result      without this file it is not there
 * @property {(env: NodeJS.ProcessEnv) => Promise<void>} make
 */

/** @type {Build[]} */
const BUILDS = [
  {
    name: 'server and agent',
    sources: [
      ...COMMON,
      'nest-cli.json',
      'tsconfig.build.json',
      ...SERVER_ROOMS.map((room) => `${room}/src`),
    ],
    result: 'dist/server/src/main.js',
    make: makeServer,
  },
  {
    name: 'client',
    sources: [...COMMON, 'angular.json', 'client'],
    result: 'dist/client/browser/index.html',
    make: async (env) => {
      await run('node', ['node_modules/@angular/cli/bin/ng.js', 'build'], {
        env: { ...env, NG_CLI_ANALYTICS: 'false', CI: 'true' },
      });
    },
  },
];

/** @param {Build} build */
function stateOf(build) {
  return {
    wanted: fingerprint(build.sources, { except: SPECS }),
    made: stamp(path.join(RUNTIME, 'built', build.name.replaceAll(' ', '-'))),
  };
}

/**
 * @param {readonly string[]} names
 * @returns {Build[]} those whose sources are not the ones they were made from
 */
function staleBuilds(names) {
  return BUILDS.filter((build) => names.includes(build.name)).filter((build) => {
    const { wanted, made } = stateOf(build);
    return !made.is(wanted) || !existsSync(path.join(ROOT, build.result));
  });
}

/** The names of all builds. */
export const ALL_BUILDS = BUILDS.map((build) => build.name);

/** @param {readonly string[]} names */
export function buildsAreFresh(names) {
  return staleBuilds(names).length === 0;
}

/**
 * @param {string} nodeBin
 * @param {readonly string[]} names
 */
export async function makeBuilds(nodeBin, names) {
  for (const build of staleBuilds(names)) {
    const { wanted, made } = stateOf(build);
    await timed(`builds ${build.name}`, () =>
      made.around(wanted, async () => {
        await build.make(environmentOf(nodeBin));
        if (!existsSync(path.join(ROOT, build.result))) {
          throw new SetupError(`The build of ${build.name} ended well but made no ${build.result}.`);
        }
      }),
    );
  }
}

/** @param {NodeJS.ProcessEnv} env */
async function makeServer(env) {
  // The compiler trusts its notes and would not write again what somebody deleted.
  if (!existsSync(path.join(ROOT, 'dist/server/src/main.js'))) {
    rmSync(path.join(ROOT, 'dist/.tsbuildinfo'), { force: true });
  }
  await run('node', ['node_modules/@nestjs/cli/bin/nest.js', 'build'], { env });
  removeLeftovers();
}

/** A module whose source has gone must not be found by an import that should now fail. */
function removeLeftovers() {
  for (const room of SERVER_ROOMS) {
    const folder = path.join(ROOT, 'dist', room, 'src');
    if (!existsSync(folder)) continue;
    for (const entry of readdirSync(folder, { withFileTypes: true, recursive: true })) {
      if (!entry.isFile()) continue;
      const file = path.join(entry.parentPath, entry.name);
      const source = path
        .join(ROOT, path.relative(path.join(ROOT, 'dist'), file))
        .replace(/\.js(\.map)?$/, '.ts');
      if (!existsSync(source)) rmSync(file);
    }
  }
}
