import { cpSync, existsSync, globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../setup/paths.mjs';
import { importedPackages, packageClosure } from './package-closure.ts';

const ROOMS = ['contracts', 'engine', 'node-agent'];
const FILES = path.join(ROOT, 'scripts/release/node-files');

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(path.join(ROOT, file), 'utf8'));
}

/**
 * Makes a folder with all that the node agent runs on besides Node and the media tools: its rooms as they are built, and the
 * packages that they import, from node_modules, in the versions of the lock file. Nothing in it is native, so it is the same
 * for every platform.
 * @param {string} folder  does not exist yet
 */
export function makeNodeFolder(folder) {
  const main = path.join(ROOT, 'dist/node-agent/src/main.js');
  if (!existsSync(main)) throw new Error(`${main} is missing: build first`);
  const modules = ROOMS.flatMap((room) => globSync(`dist/${room}/src/**/*.js`, { cwd: ROOT }))
    .filter((file) => !/\.spec\.js$|\/testing\//.test(file))
    .sort();
  const imports = [
    ...new Set(modules.flatMap((file) => importedPackages(readFileSync(path.join(ROOT, file), 'utf8')))),
  ].sort();

  const packages = packageClosure(readJson('package-lock.json').packages, imports);
  const packageJson = `${JSON.stringify(manifest(imports), null, 2)}\n`;

  for (const file of [...modules, 'LICENSE']) copy(file, folder);
  for (const place of packages) copyPackage(place, folder);
  cpSync(FILES, folder, { recursive: true });
  writeFileSync(path.join(folder, 'package.json'), packageJson);
}

/** @param {readonly string[]} imports */
function manifest(imports) {
  const { version, license, type, engines, imports: rooms, dependencies } = readJson('package.json');
  return {
    name: 'boilarr-node',
    version,
    description: "Boilarr's node agent: encodes on a machine of its own.",
    license,
    private: true,
    type,
    engines,
    imports: rooms,
    dependencies: Object.fromEntries(imports.map((name) => [name, versionOf(dependencies, name)])),
  };
}

/**
 * @param {Record<string, string>} dependencies
 * @param {string} name
 */
function versionOf(dependencies, name) {
  const version = dependencies[name];
  if (version === undefined) throw new Error(`${name} is imported, but no dependency in package.json`);
  return version;
}

/**
 * @param {string} file
 * @param {string} folder
 */
function copy(file, folder) {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  cpSync(path.join(ROOT, file), target);
}

/**
 * @param {string} place
 * @param {string} folder
 */
function copyPackage(place, folder) {
  const source = path.join(ROOT, place);
  cpSync(source, path.join(folder, place), {
    recursive: true,
    dereference: true,
    filter: (from) => {
      const below = path.relative(source, from);
      if (from.endsWith('.node')) throw new Error(`${from} is native: the agent would not run everywhere`);
      return !/(^|[\\/])node_modules([\\/]|$)/.test(below) && !/\.(map|d\.[cm]?ts)$/.test(below);
    },
  });
}
