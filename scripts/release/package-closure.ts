import path from 'node:path';

export interface LockedPackage {
  dependencies?: Record<string, string>;
  peerDependencies?: Record<string, string>;
  peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  os?: string[];
  cpu?: string[];
}

/** The `packages` of a package-lock.json, by folder. */
export type LockedPackages = Record<string, LockedPackage>;

/**
 * The folders of packages that must be there for some to run, as the lock file has them: dependencies and peers, without
 * what is optional (native helpers of packages that do without them as well).
 * @param names packages that are imported by the project itself
 * @returns such as `node_modules/zod`, sorted
 * @throws Error when one is missing, or is for some platforms only
 */
export function packageClosure(packages: LockedPackages, names: readonly string[]): string[] {
  const found = new Set<string>();
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
    for (const name of [...Object.keys(dependencies), ...peers]) open.push(folderOf(packages, folder, name));
  }
  return [...found].sort();
}

/** Where Node finds a package that another imports: in it, or beside it, or beside one of those that it lies in. */
function folderOf(packages: LockedPackages, from: string, name: string): string {
  for (let place = from; ; place = outerFolder(place)) {
    const folder = path.posix.join(place, 'node_modules', name);
    if (packages[folder] !== undefined) return folder;
    if (place === '')
      throw new Error(`package-lock.json has no ${name}, which ${from || 'the program'} needs`);
  }
}

/** @param folder such as `node_modules/a/node_modules/b` */
function outerFolder(folder: string): string {
  const end = folder.lastIndexOf('/node_modules/');
  return end === -1 ? '' : folder.slice(0, end);
}

const SPECIFIER = /(?:^|[^.\w])(?:from\s*|import\s*\(?\s*)(['"])([^'"\n]+)\1/gm;

/** The names of the packages that a built module imports, without Node's own and the project's rooms. */
export function importedPackages(code: string): string[] {
  const specifiers = [...code.matchAll(SPECIFIER)].map((match) => match[2] ?? '');
  const names = specifiers
    .filter((specifier) => !/^([.#/]|node:)/.test(specifier))
    .map((specifier) => specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/'));
  return [...new Set(names)];
}
