import path from 'node:path';

/**
 * @typedef {object} LockedPackage
 * @property {Record<string, string>} [dependencies]
 * @property {Record<string, string>} [peerDependencies]
 * @property {Record<string, { optional?: boolean }>} [peerDependenciesMeta]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 *
 * @typedef {Record<string, LockedPackage>} LockedPackages  the `packages` of a package-lock.json, by folder
 */

/**
 * The folders of packages that must be there for some to run, as the lock file has them: dependencies and peers, without
 * what is optional (native helpers of packages that do without them as well).
 * @param {LockedPackages} packages
 * @param {readonly string[]} names  packages that are imported by the project itself
 * @returns {string[]} such as `node_modules/zod`, sorted
 * @throws Error when one is missing, or is for some platforms only
 */
export function packageClosure(packages, names) {
  /** @type {Set<string>} */
  const found = new Set();
  const open = names.map((name) => folderOf(packages, '', name));
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    if (found.has(folder)) continue;
    found.add(folder);
    const {
      dependencies = {},
      peerDependencies = {},
      peerDependenciesMeta = {},
      os,
      cpu,
    } = packages[folder] ?? {};
    if (os !== undefined || cpu !== undefined) throw new Error(`${folder} is not for every platform`);
    const peers = Object.keys(peerDependencies).filter(
      (name) => peerDependenciesMeta[name]?.optional !== true,
    );
    for (const name of [...Object.keys(dependencies), ...peers]) {
      open.push(folderOf(packages, folder, name));
    }
  }
  return [...found].sort();
}

/**
 * Where Node finds a package that another imports: beside it, or beside one of those that it lies in.
 * @param {LockedPackages} packages
 * @param {string} from  '' for the project
 * @param {string} name
 */
function folderOf(packages, from, name) {
  for (let place = from; ; place = outerFolder(place)) {
    const folder = path.posix.join(place, 'node_modules', name);
    if (packages[folder] !== undefined) return folder;
    if (place === '')
      throw new Error(`package-lock.json has no ${name}, which ${from || 'the program'} needs`);
  }
}

/** @param {string} folder  such as `node_modules/a/node_modules/b` */
function outerFolder(folder) {
  const end = folder.lastIndexOf('/node_modules/');
  return end === -1 ? '' : folder.slice(0, end);
}

const SPECIFIER = /(?:^|[^.\w])(?:from\s*|import\s*\(?\s*)(['"])([^'"\n]+)\1/gm;

/**
 * The names of the packages that a built module imports, without Node's own and the project's rooms.
 * @param {string} code
 * @returns {string[]}
 */
export function importedPackages(code) {
  const specifiers = [...code.matchAll(SPECIFIER)].map((match) => match[2] ?? '');
  const names = specifiers
    .filter((specifier) => !/^([.#/]|node:)/.test(specifier))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(names)];
}
