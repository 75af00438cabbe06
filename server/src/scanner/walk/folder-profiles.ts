import type { BigIntStats, Dirent } from 'node:fs';
import { FOLDER_FILE, type FolderProfileChange } from '../../profiles/folder-file.js';
import { errorCode, type WalkFileSystem } from './file-system.port.js';

/** Bytes; what a person writes is far smaller. */
const MAX_SIZE = 64 * 1024;

/** Such files in one library: each is kept in memory while it is scanned. */
const MAX_FILES = 1000;

const FORMAT_MASK = 0o170000n;
const REGULAR = 0o100000n;

function isInside(directory: string, folder: string): boolean {
  return folder === '' || directory === folder || directory.startsWith(`${folder}/`);
}

/** Compares the folders' own profiles with those that the database knows, and reads what has changed. */
export class FolderProfileWatch {
  private changes: FolderProfileChange[] = [];
  private readonly unseen: Set<string>;
  private found = 0;

  constructor(
    /** stamps by directory */
    private readonly known: ReadonlyMap<string, string>,
    private readonly fs: WalkFileSystem,
  ) {
    this.unseen = new Set(known.keys());
  }

  /**
   * To be told of every folder that could be read.
   * @param path of the folder, with a `/` at its end
   * @returns what is wrong with it beyond what a change says, for the scan's problems; null: nothing
   */
  visit(entries: readonly Dirent[], directory: string, path: string): string | null {
    const entry = entries.find((candidate) => candidate.name === FOLDER_FILE);
    if (entry === undefined) {
      if (this.unseen.delete(directory)) this.changes.push({ kind: 'gone', directory });
      return null;
    }
    this.unseen.delete(directory);
    this.found += 1;
    if (this.found > MAX_FILES && !this.known.has(directory)) {
      return `a library may have ${MAX_FILES} such files; this one was left out`;
    }
    if (!entry.isFile()) {
      this.refuse(directory, 'not-a-file', 'is not a regular file; put the file itself there, no link to it');
      return null;
    }
    try {
      this.compare(directory, path + FOLDER_FILE);
    } catch (error) {
      // Without a stamp it is tried again each time.
      this.refuse(directory, '', `could not be read (${errorCode(error)})`);
    }
    return null;
  }

  /** A folder that could not be read says nothing about what lies in it. */
  unreadable(folder: string): void {
    for (const directory of this.unseen) if (isInside(directory, folder)) this.unseen.delete(directory);
  }

  /** The walk has ended: what it has not come by is no longer there. */
  end(): void {
    for (const directory of this.unseen) this.changes.push({ kind: 'gone', directory });
    this.unseen.clear();
  }

  take(): FolderProfileChange[] {
    const { changes } = this;
    this.changes = [];
    return changes;
  }

  private compare(directory: string, file: string): void {
    const stat: BigIntStats = this.fs.lstat(file);
    const stamp = `${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;
    if ((stat.mode & FORMAT_MASK) !== REGULAR) {
      this.refuse(directory, 'not-a-file', 'is not a regular file; put the file itself there, no link to it');
    } else if (stat.size > MAX_SIZE) {
      this.refuse(directory, stamp, `has ${stat.size} bytes; it may have ${MAX_SIZE}`);
    } else if (this.known.get(directory) !== stamp) {
      this.changes.push({
        kind: 'found',
        directory,
        stamp,
        text: this.fs.readText(file, MAX_SIZE),
        problem: null,
      });
    }
  }

  private refuse(directory: string, stamp: string, problem: string): void {
    if (stamp !== '' && this.known.get(directory) === stamp) return;
    this.changes.push({ kind: 'found', directory, stamp, text: null, problem });
  }
}
