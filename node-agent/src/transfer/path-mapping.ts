import path from 'node:path';
import type { PathMapping } from '#contracts';

export interface NodePath {
  /** where the node finds it */
  path: string;
  /** by a mapping, not by the server's own name */
  mapped: boolean;
}

/** `Z:\x`, `Z:/x` or `\\nas\share`: a path of Windows, whatever machine reads it. */
function isWindowsPath(text: string): boolean {
  return /^(?:[A-Za-z]:(?:[\\/]|$)|\\\\)/.test(text);
}

/** The folders and the name of a server's path; null where it is none that can be mapped. */
function partsOf(serverPath: string): string[] | null {
  const windows = isWindowsPath(serverPath);
  const parts = serverPath.split(windows ? /[\\/]+/ : /\/+/).filter((part) => part !== '');
  return parts.includes('..') || serverPath.includes('\0') ? null : parts.filter((part) => part !== '.');
}

/** Whether the folder of a mapping holds a path, by whole folders; names on the server's side are compared as they are. */
function holds(folder: readonly string[], parts: readonly string[]): boolean {
  return folder.length <= parts.length && folder.every((name, index) => name === parts[index]);
}

/**
 * Puts names below a folder of the node, in the way of writing that the folder itself has.
 * @returns null where a name would mean something else there: on Windows a backslash is no part of a name
 */
function below(folder: string, names: readonly string[]): string | null {
  // A share may be written with slashes as well.
  const windows = isWindowsPath(folder) || /^\/\/[^/]/.test(folder);
  if (windows && names.some((name) => /[\\/:]/.test(name))) return null;
  if (folder.split(windows ? /[\\/]+/ : /\/+/).includes('..')) return null;
  // `Z:` alone would mean the folder that the drive is in just now.
  const root = windows && /^[A-Za-z]:$/.test(folder) ? `${folder}\\` : folder;
  return (windows ? path.win32 : path.posix).join(root, ...names);
}

/**
 * Where a node finds a file of the server's: by the mapping with the longest folder that holds it, or else by the same path.
 * @returns null for what no path can be made of, such as one with `..`
 */
export function nodePathOf(serverPath: string, mappings: readonly PathMapping[]): NodePath | null {
  const parts = partsOf(serverPath);
  if (parts === null) return null;
  let best: { names: string[]; depth: number; node: string } | null = null;
  for (const mapping of mappings) {
    const folder = partsOf(mapping.server);
    if (folder === null || !holds(folder, parts)) continue;
    if (best !== null && folder.length <= best.depth) continue;
    best = { names: parts.slice(folder.length), depth: folder.length, node: mapping.node };
  }
  if (best === null) return { path: serverPath, mapped: false };
  const mapped = below(best.node, best.names);
  return mapped === null ? null : { path: mapped, mapped: true };
}
