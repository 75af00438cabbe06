import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { LIBRARY_DEFAULTS, type FilePlan } from '#contracts';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { explainFile } from '../files/explain-file.js';
import { LibraryProfiles } from '../profiles/library-profiles.js';
import { readNamedProfiles } from '../profiles/profile-files.js';
import { errorCode, nodeFileSystem } from '../scanner/walk/file-system.port.js';
import { FolderProfileWatch } from '../scanner/walk/folder-profiles.js';
import { EXPLAIN_USAGE, type ExplainArguments } from './arguments.js';
import { explainText } from './explain-text.js';
import { findLibrary, isInside, unknownLibrary, type KnownLibrary } from './library-of-file.js';
import { UsageError } from './usage-error.js';

const PROBE_TIMEOUT_MS = 60_000;

export interface ExplainOptions extends ExplainArguments {
  /** only read from; it need not exist */
  configDirectory: string;
  signal: AbortSignal;
  out: (text: string) => void;
}

/**
 * Prints what would be done with one file, and why.
 * @throws Error when the file cannot be read or the profile is not there; UsageError when the library does not hold it
 */
export async function explain(options: ExplainOptions): Promise<void> {
  const plan = await planOf(options);
  options.out(options.json ? JSON.stringify(plan, null, 2) : explainText(plan, options.all));
}

async function planOf(options: ExplainOptions): Promise<FilePlan> {
  const { configDirectory, signal } = options;
  const file = await realpath(options.file).catch((error: unknown) => {
    throw new Error(`${options.file} cannot be read (${errorCode(error)})`);
  });
  const stat = await lstat(file, { bigint: true });
  if (!stat.isFile()) throw new Error(`${options.file} is not a file`);
  const library = await libraryOf(options, file);
  const named = await readNamedProfiles(path.join(configDirectory, 'profiles'));
  if (named.find(library.profile) === undefined) {
    const errors = named.errors(library.profile);
    throw new Error(
      errors.length > 0
        ? errors.join('\n')
        : `there is no profile ${library.profile}; there are ${named.names().join(', ')}`,
    );
  }
  const inside = path.relative(library.path, path.dirname(file)).split(path.sep).join('/');
  const profiles = new LibraryProfiles(library, named);
  readFolders(profiles, library, inside);
  const [info, capabilities] = await Promise.all([
    probeFile(file, { timeoutMs: PROBE_TIMEOUT_MS, signal }),
    findCapabilities(),
  ]);
  const { profile, hash } = profiles.for(inside);
  const mistakes = named.errors(library.profile);
  return explainFile({
    ...{ path: file, directory: inside, mtimeNs: stat.mtimeNs.toString(), info, profiles },
    correction: library.correction(info, profile),
    repeating: library.repeating.get(hash) ?? null,
    node: { name: 'this machine', capabilities },
    workFolder: path.join(configDirectory, 'work', 'JOB'),
    notes: mistakes.map((message) => `${message}; the last valid version of this profile is in force`),
  });
}

/** As the arguments say; else the one that a server knows; else the file's own folder, where no folder has a say. */
async function libraryOf(options: ExplainOptions, file: string): Promise<KnownLibrary> {
  const profile = options.profile ?? LIBRARY_DEFAULTS.profile;
  if (options.library !== undefined) {
    const root = await realpath(options.library).catch(() => null);
    if (root === null || !isInside(file, root))
      throw new UsageError(`${options.file} does not lie in --library ${options.library}`, EXPLAIN_USAGE);
    return unknownLibrary(root, profile);
  }
  const known = findLibrary(path.join(options.configDirectory, 'boilarr.db'), file);
  if (known === null) return { ...unknownLibrary(path.dirname(file), profile), withoutFolders: true };
  return options.profile === undefined ? known : { ...known, profile: options.profile };
}

/** Reads the folders' own profiles as a scan would, from the library's root down to the file. */
function readFolders(profiles: LibraryProfiles, library: KnownLibrary, inside: string): void {
  if (library.withoutFolders === true) return;
  const watch = new FolderProfileWatch(new Map(), nodeFileSystem);
  const parts = inside === '' ? [] : inside.split('/');
  for (let depth = 0; depth <= parts.length; depth += 1) {
    const directory = parts.slice(0, depth).join('/');
    const folder = path.join(library.path, directory);
    watch.visit(nodeFileSystem.entries(folder), directory, `${folder}/`);
  }
  for (const change of watch.take()) {
    if (change.kind === 'gone') continue;
    const { directory, text, problem } = change;
    profiles.set({ directory, text, problem, validText: library.validTexts.get(directory) ?? null });
  }
}
