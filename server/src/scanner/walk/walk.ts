import type { BigIntStats, Dirent } from 'node:fs';
import type { ScanProblem } from '#contracts';
import { standingOf } from '../../files/hard-links.js';
import { FOLDER_FILE } from '../../profiles/folder-file.js';
import { errorCode, isAbsent, nodeFileSystem, type WalkFileSystem } from './file-system.port.js';
import { FolderProfileWatch } from './folder-profiles.js';
import { compileGlobs, IGNORE_FILE, IgnoreScope, MAX_IGNORE_FILE } from './ignore-rules.js';
import { knownChildren, knownFoldersFrom, type KnownFiles } from './known-files.js';
import { onlyFileKnown, onlyFileOnDisk } from './one-file.js';
import {
  WalkError,
  type FoundFile,
  type KnownFile,
  type WalkBatch,
  type WalkChange,
  type WalkCounts,
  type WalkRules,
} from './walk.types.js';

/** Changes in a batch. */
const BATCH_SIZE = 500;

/** ms after which a batch is handed over even when little has changed, so that somebody sees it move. */
const BATCH_INTERVAL = 200;

const DAY = 86_400_000;

/** The trash, staged files and ignore files: our own, never media. */
const OWN_PREFIX = '.boilarr';

const FORMAT_MASK = 0o170000n;
const REGULAR = 0o100000n;

interface Folder {
  /** inside the library */
  directory: string;
  scope: IgnoreScope | null;
}

/**
 * Walks a library's folder and compares it, folder by folder, with what the database knows. Nothing is kept
 * of a folder once it is done, so that memory does not grow with the library. Symbolic links are not followed,
 * hence there are no loops.
 *
 * In each folder the database is read before the disk: a file replaced in between then shows as a row that has
 * changed since, which whoever applies the batch notices.
 * @returns batches of about 500 changes; the last one completes the walk
 * @throws WalkError before the first batch when the folder is not there, or looks like an unmounted share
 */
export function walk(
  root: string,
  rules: WalkRules,
  known: KnownFiles,
  fs: WalkFileSystem = nodeFileSystem,
): Generator<WalkBatch, void, undefined> {
  return new Walker(root, rules, known, fs).run();
}

/**
 * The same for one file alone: nothing but it, and what rules over its folders, is looked at, compared or told of.
 * @param only path inside the library, with `/`; null: all of them
 */
export function walkOnly(
  only: string | null,
  root: string,
  rules: WalkRules,
  known: KnownFiles,
  fs: WalkFileSystem = nodeFileSystem,
): Generator<WalkBatch, void, undefined> {
  if (only === null) return walk(root, rules, known, fs);
  return walk(root, rules, onlyFileKnown(known, only), onlyFileOnDisk(fs, root, only));
}

class Walker {
  private readonly prefix: string;
  private readonly extensions: ReadonlySet<string>;
  private readonly globs: ReturnType<typeof compileGlobs>;
  private readonly minimumAge: number;
  private readonly folderProfiles: FolderProfileWatch;
  private readonly stack: Folder[] = [{ directory: '', scope: null }];
  private readonly counts: WalkCounts = {
    folders: 0,
    files: 0,
    media: 0,
    unchanged: 0,
    waiting: 0,
    passedOver: 0,
    problems: 0,
  };
  private changes: WalkChange[] = [];
  private problems: ScanProblem[] = [];
  private nextDueAt: number | null = null;
  private lastBatch = performance.now();

  constructor(
    private readonly root: string,
    private readonly rules: WalkRules,
    private readonly known: KnownFiles,
    private readonly fs: WalkFileSystem,
  ) {
    this.prefix = root.endsWith('/') ? root : `${root}/`;
    this.extensions = new Set(rules.extensions);
    this.globs = compileGlobs(rules.ignore);
    this.minimumAge = rules.minimumAgeSeconds * 1000;
    this.folderProfiles = new FolderProfileWatch(known.folderProfiles(), fs);
  }

  *run(): Generator<WalkBatch, void, undefined> {
    this.checkRoot();
    for (let folder = this.stack.pop(); folder !== undefined; folder = this.stack.pop()) {
      yield* this.visit(folder);
      if (this.isDue()) yield this.take();
    }
    this.folderProfiles.end();
    yield this.take();
  }

  private checkRoot(): void {
    let entries: Dirent[];
    try {
      if (!this.fs.isFolder(this.root)) {
        throw new WalkError('root_not_a_folder', `${this.root} is not a folder; nothing was changed`);
      }
      entries = this.fs.entries(this.root);
    } catch (error) {
      if (error instanceof WalkError) throw error;
      if (isAbsent(error)) {
        const message = `the folder ${this.root} is not there; is the disk or the share mounted? Nothing was changed`;
        throw new WalkError('root_missing', message);
      }
      const message = `the folder ${this.root} could not be read (${errorCode(error)}); nothing was changed`;
      throw new WalkError('root_unreadable', message);
    }
    // A mount point without its disk is an empty folder, or holds only what the system puts there.
    const looksEmpty = entries.every((entry) => entry.name.startsWith('.') || entry.name === 'lost+found');
    if (looksEmpty && this.known.any()) {
      const message =
        `the folder ${this.root} is empty, but files in it are known; is the disk or the share mounted? ` +
        'Nothing was changed. If it is meant to be empty, remove the library';
      throw new WalkError('root_empty', message);
    }
  }

  private *visit({ directory, scope }: Folder): Generator<WalkBatch, void, undefined> {
    const path = directory === '' ? this.prefix : `${this.prefix}${directory}/`;
    const knownFiles = new Map<string, KnownFile>();
    for (const file of this.known.inFolder(directory)) knownFiles.set(file.name, file);
    let entries: Dirent[];
    try {
      entries = this.fs.entries(path);
      scope = this.scopeOf(entries, directory, path, scope);
    } catch (error) {
      this.folderProfiles.unreadable(directory);
      this.problem(path, error, 'was left out, and what is known of its files stays as it is');
      return;
    }
    this.counts.folders += 1;
    const refused = this.folderProfiles.visit(entries, directory, path);
    if (refused !== null)
      this.report({ path: path + FOLDER_FILE, code: 'too_many_profiles', message: refused });
    const inside = directory === '' ? '' : `${directory}/`;
    const entered = new Set<string>();
    /** names that exist but do not count, so that a row of theirs is not taken for deleted */
    const leftOut = new Set<string>();
    let validNames: Set<string> | null = null;

    for (const entry of entries) {
      const { name } = entry;
      if (
        name.startsWith(OWN_PREFIX) &&
        (name.startsWith('.boilarr-') || name === IGNORE_FILE || name === FOLDER_FILE)
      ) {
        leftOut.add(name);
        continue;
      }
      // U+FFFD stands for bytes that are not UTF-8, or for itself: only the raw names tell.
      if (name.includes('\uFFFD')) {
        validNames ??= this.validNames(path);
        if (!validNames.has(name)) {
          const message = 'the name is not valid UTF-8, so that no program could be given it; rename it';
          this.report({ path: path + name, code: 'invalid_name', message });
          continue;
        }
      }
      if (entry.isDirectory()) {
        entered.add(name);
        if (this.isIgnored(inside + name, scope, true)) {
          leftOut.add(name);
          this.counts.passedOver += 1;
        } else {
          this.stack.push({ directory: inside + name, scope });
        }
        continue;
      }
      if (!entry.isFile()) {
        leftOut.add(name);
        this.counts.passedOver += 1;
        continue;
      }
      this.counts.files += 1;
      if (!this.hasMediaName(name)) {
        leftOut.add(name);
        continue;
      }
      if ((scope !== null || this.globs !== null) && this.isIgnored(inside + name, scope, false)) {
        leftOut.add(name);
        this.counts.passedOver += 1;
        continue;
      }
      const row = knownFiles.get(name);
      let stat: BigIntStats;
      try {
        stat = this.fs.lstat(path + name);
      } catch (error) {
        knownFiles.delete(name);
        this.problem(path + name, error, 'was left out; the next scan tries again');
        continue;
      }
      if ((stat.mode & FORMAT_MASK) !== REGULAR || Number(stat.size) < this.rules.minimumSize) {
        leftOut.add(name);
        this.counts.passedOver += 1;
        continue;
      }
      if (row !== undefined) knownFiles.delete(name);
      this.compare(directory, name, stat, row);
      if (this.changes.length >= BATCH_SIZE) yield this.take();
    }

    for (const file of knownFiles.values()) {
      this.gone(file, directory, leftOut.has(file.name));
      if (this.changes.length >= BATCH_SIZE) yield this.take();
    }
    yield* this.goneFolders(directory, entered, leftOut);
  }

  private compare(directory: string, name: string, stat: BigIntStats, row: KnownFile | undefined): void {
    this.counts.media += 1;
    const mtimeNs = stat.mtimeNs.toString();
    const size = Number(stat.size);
    const links = Number(stat.nlink);
    const same = row?.size === size && row.mtimeNs === mtimeNs;
    if (same && row.status !== 'missing') {
      this.counts.unchanged += 1;
      if (row.status === 'waiting' && !row.heldByLinks) {
        if (!this.isYoung(Number(stat.mtimeMs)))
          this.changes.push({ kind: 'due', known: row, directory, links });
        return;
      }
      const standing = standingOf(row, links, this.rules.hardLinks);
      if (standing === 'unchanged') return;
      this.changes.push({ kind: 'links', known: row, directory, links, anew: standing === 'anew' });
      return;
    }
    const young = this.isYoung(Number(stat.mtimeMs));
    const inode = `${stat.dev}:${stat.ino}`;
    const file: FoundFile = { directory, name, size, mtimeNs, inode, links, young };
    if (row === undefined) {
      this.changes.push({ kind: 'new', file, candidates: this.known.lookalikes(size, mtimeNs, inode) });
    } else {
      this.changes.push({ kind: same ? 'back' : 'changed', known: row, file });
    }
  }

  /** Also notes when the file will be old enough. A date far ahead of the clock is nonsense and says nothing. */
  private isYoung(mtime: number): boolean {
    if (this.minimumAge === 0) return false;
    const now = Date.now();
    const dueAt = mtime + this.minimumAge;
    if (dueAt <= now || mtime > now + DAY) return false;
    this.counts.waiting += 1;
    if (this.nextDueAt === null || dueAt < this.nextDueAt) this.nextDueAt = dueAt;
    return true;
  }

  /** Folders that the database knows and that are no longer there, or no longer count. */
  private *goneFolders(
    directory: string,
    entered: ReadonlySet<string>,
    leftOut: ReadonlySet<string>,
  ): Generator<WalkBatch, void, undefined> {
    const start = directory === '' ? 0 : directory.length + 1;
    for (const child of knownChildren(this.known, directory)) {
      const name = child.slice(start);
      const exists = entered.has(name);
      if (exists && !leftOut.has(name)) continue;
      for (const folder of knownFoldersFrom(this.known, child)) {
        for (const file of this.known.inFolder(folder)) {
          this.gone(file, folder, leftOut.has(name));
          if (this.changes.length >= BATCH_SIZE) yield this.take();
        }
      }
    }
  }

  private gone(known: KnownFile, directory: string, leftOut: boolean): void {
    if (known.status !== 'missing') this.changes.push({ kind: 'gone', known, directory, leftOut });
  }

  private scopeOf(
    entries: Dirent[],
    directory: string,
    path: string,
    above: IgnoreScope | null,
  ): IgnoreScope | null {
    const file = entries.find((entry) => entry.name === IGNORE_FILE);
    if (file?.isFile() !== true) return above;
    // An error leaves the whole folder out: what it was meant to protect must not be touched.
    return new IgnoreScope(above, directory, this.fs.readText(path + IGNORE_FILE, MAX_IGNORE_FILE));
  }

  private isIgnored(path: string, scope: IgnoreScope | null, isFolder: boolean): boolean {
    if (this.globs !== null && (isFolder ? this.globs.folder(path) : this.globs.file(path))) return true;
    return scope?.ignores(path, isFolder) ?? false;
  }

  private hasMediaName(name: string): boolean {
    const dot = name.lastIndexOf('.');
    if (dot <= 0) return false;
    const extension = name.slice(dot + 1);
    return this.extensions.has(extension) || this.extensions.has(extension.toLowerCase());
  }

  private validNames(path: string): Set<string> {
    try {
      return this.fs.validNames(path);
    } catch {
      // Without the raw names, those in doubt are left out.
      return new Set();
    }
  }

  private problem(path: string, error: unknown, consequence: string): void {
    const code = errorCode(error);
    const why = code === 'unknown' && error instanceof Error ? error.message : code;
    const what = isAbsent(error) ? 'vanished during the scan' : `could not be read (${why})`;
    this.report({ path, code, message: `${what} and ${consequence}` });
  }

  private report(problem: ScanProblem): void {
    this.counts.problems += 1;
    this.problems.push(problem);
  }

  private isDue(): boolean {
    return this.changes.length >= BATCH_SIZE || performance.now() - this.lastBatch > BATCH_INTERVAL;
  }

  private take(): WalkBatch {
    const { changes, problems, nextDueAt } = this;
    this.changes = [];
    this.problems = [];
    this.lastBatch = performance.now();
    const folderProfiles = this.folderProfiles.take();
    return { folderProfiles, changes, problems, counts: { ...this.counts }, nextDueAt };
  }
}
