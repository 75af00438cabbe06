import { createHash } from 'node:crypto';
import { constants, type BigIntStats } from 'node:fs';
import {
  chmod,
  chown,
  copyFile,
  link,
  lstat,
  mkdir,
  open,
  opendir,
  readdir,
  realpath,
  rename,
  rmdir,
  statfs,
  unlink,
  utimes,
} from 'node:fs/promises';
import { runTool } from '#engine/tools/run-tool.js';
import { headTailHash } from '../common/head-tail-hash.js';

/** What lies at a path; a symbolic link is not followed. */
export interface FileFacts {
  kind: 'file' | 'folder' | 'link' | 'other';
  size: number;
  /** nanoseconds since the epoch */
  mtimeNs: string;
  /** permission bits, with setuid, setgid and sticky */
  mode: number;
  uid: number;
  gid: number;
  /** names that the file has */
  links: number;
  /** `dev:ino`: comparable at one moment, not across a remount */
  inode: string;
}

/**
 * Every file call of replace/ goes through here, so that specs can fail or stop after any of them. All reject
 * with the file system's error (`code` is the errno's name) unless they say otherwise.
 */
export interface FilePort {
  /** @returns null when nothing is there */
  lstat(path: string): Promise<FileFacts | null>;
  realpath(path: string): Promise<string>;
  link(existing: string, created: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  unlink(path: string): Promise<void>;
  /** Removes a folder that is empty; any other is refused (`ENOTEMPTY` or `EEXIST`). */
  rmdir(path: string): Promise<void>;
  /** Makes one folder with the owner and permissions of `like`, as far as that is allowed. */
  mkdir(path: string, like: FileFacts): Promise<void>;
  /** Gives a new file the owner of the folder that it goes into, and lets read it who may read there. As far as allowed. */
  settleIn(path: string, folder: FileFacts): Promise<void>;
  readdir(path: string): Promise<string[]>;
  /**
   * @param maximum names, so that nothing large is kept however large the folder is
   * @returns the names in a folder that begin so
   */
  namesStartingWith(folder: string, prefix: string, maximum: number): Promise<string[]>;
  /** Makes a file that must not exist yet. */
  createNew(path: string, content: string, mode: number): Promise<void>;
  /**
   * Copies into a file that must not exist yet; what fails half-way is removed again.
   * @returns SHA-256 (hex) of what was read, and its size
   */
  copyNew(source: string, target: string): Promise<{ sha256: string; size: number }>;
  /**
   * Makes a new file that shares the data of `source` (a reflink: btrfs, XFS, ZFS, some shares), at once and in no space.
   * @returns false where that cannot be done, for whatever reason; nothing is left then
   */
  cloneNew(source: string, target: string): Promise<boolean>;
  /** Makes a file's content and metadata durable. */
  syncFile(path: string): Promise<void>;
  /** Makes the names in a folder durable; where the file system knows no such thing, nothing. */
  syncFolder(path: string): Promise<void>;
  /** SHA-256 (hex) of the whole file */
  sha256(path: string): Promise<string>;
  /** see common/head-tail-hash */
  headTailHash(path: string): Promise<string>;
  /**
   * Gives `target` the owner, group, mode, ACL, extended attributes and mtime of `source`, and leaves its data.
   * @returns what could not be carried over, as sentences
   */
  copyMetadata(source: string, target: string): Promise<string[]>;
  /** bytes free for this user on the folder's file system; null when it cannot be told */
  freeBytes(folder: string): Promise<number | null>;
}

/** The code of a file system's error, such as `EXDEV`; null for any other error. */
export function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

const REFUSED = new Set(['EXDEV', 'EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'EMLINK', 'ENOSYS', 'EINVAL']);

/**
 * True when link or rename cannot do this here at all, so that a copy is the way. Decided by errno alone: on
 * mergerfs and Unraid's user shares EXDEV comes up inside what looks like one file system.
 */
export function isRefused(error: unknown): boolean {
  return REFUSED.has(errnoOf(error) ?? '');
}

export function isNoSpace(error: unknown): boolean {
  return ['ENOSPC', 'EDQUOT'].includes(errnoOf(error) ?? '');
}

const CHUNK = 1024 * 1024;
// Windows has no such flag.
const READ_ONLY = constants.O_RDONLY | (process.platform === 'win32' ? 0 : constants.O_NOFOLLOW);
/** ms; metadata of one file on a sleeping network share */
const TOOL_LIMIT_MS = 60_000;

function toFacts(stats: BigIntStats): FileFacts {
  return {
    kind: stats.isFile()
      ? 'file'
      : stats.isDirectory()
        ? 'folder'
        : stats.isSymbolicLink()
          ? 'link'
          : 'other',
    size: Number(stats.size),
    mtimeNs: String(stats.mtimeNs),
    mode: Number(stats.mode) & 0o7777,
    uid: Number(stats.uid),
    gid: Number(stats.gid),
    links: Number(stats.nlink),
    inode: `${stats.dev}:${stats.ino}`,
  };
}

/** Reads a file from beginning to end; `eat` must be done with the bytes when it resolves. */
async function readThrough(path: string, eat: (bytes: Buffer) => void | Promise<void>): Promise<number> {
  const file = await open(path, READ_ONLY);
  try {
    const buffer = Buffer.allocUnsafe(CHUNK);
    let total = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, CHUNK, null);
      if (bytesRead === 0) return total;
      total += bytesRead;
      await eat(buffer.subarray(0, bytesRead));
    }
  } finally {
    await file.close();
  }
}

export class NodeFilePort implements FilePort {
  async lstat(path: string): Promise<FileFacts | null> {
    try {
      return toFacts(await lstat(path, { bigint: true }));
    } catch (error) {
      if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return null;
      throw error;
    }
  }

  realpath(path: string): Promise<string> {
    return realpath(path);
  }

  link(existing: string, created: string): Promise<void> {
    return link(existing, created);
  }

  rename(from: string, to: string): Promise<void> {
    return rename(from, to);
  }

  unlink(path: string): Promise<void> {
    return unlink(path);
  }

  rmdir(path: string): Promise<void> {
    return rmdir(path);
  }

  async mkdir(path: string, like: FileFacts): Promise<void> {
    await mkdir(path, { mode: like.mode });
    // The umask has taken bits away; on a share that others read, theirs must stay.
    await chmod(path, like.mode).catch(() => undefined);
    if (process.getuid?.() === 0) await chown(path, like.uid, like.gid).catch(() => undefined);
  }

  async settleIn(path: string, folder: FileFacts): Promise<void> {
    if (process.getuid?.() === 0) await chown(path, folder.uid, folder.gid).catch(() => undefined);
    await chmod(path, folder.mode & 0o666).catch(() => undefined);
  }

  readdir(path: string): Promise<string[]> {
    return readdir(path);
  }

  async namesStartingWith(folder: string, prefix: string, maximum: number): Promise<string[]> {
    const names: string[] = [];
    for await (const { name } of await opendir(folder)) {
      if (!name.startsWith(prefix)) continue;
      names.push(name);
      if (names.length >= maximum) break;
    }
    return names;
  }

  async createNew(path: string, content: string, mode: number): Promise<void> {
    const file = await open(path, 'wx', mode);
    try {
      if (content !== '') await file.writeFile(content);
    } finally {
      await file.close();
    }
  }

  async copyNew(source: string, target: string): Promise<{ sha256: string; size: number }> {
    const file = await open(target, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const size = await readThrough(source, async (bytes) => {
        hash.update(bytes);
        for (let done = 0; done < bytes.length;) {
          done += (await file.write(bytes, done, bytes.length - done)).bytesWritten;
        }
      });
      await file.close();
      return { sha256: hash.digest('hex'), size };
    } catch (error) {
      await file.close().catch(() => undefined);
      await unlink(target).catch(() => undefined);
      throw error;
    }
  }

  async cloneNew(source: string, target: string): Promise<boolean> {
    if ((await this.lstat(source))?.kind !== 'file') return false;
    try {
      await copyFile(source, target, constants.COPYFILE_EXCL | constants.COPYFILE_FICLONE_FORCE);
      return true;
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw error;
      return false;
    }
  }

  async syncFile(path: string): Promise<void> {
    // POSIX syncs through a read-only descriptor too, which a file of mode 0444 needs; Windows does not.
    const file = await open(path, process.platform === 'win32' ? 'r+' : 'r');
    try {
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async syncFolder(path: string): Promise<void> {
    if (process.platform === 'win32') return;
    const folder = await open(path, 'r');
    try {
      await folder.sync();
    } catch (error) {
      // Some FUSE file systems have no fsync for folders; there is nothing to wait for then.
      if (!['EINVAL', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(errnoOf(error) ?? '')) throw error;
    } finally {
      await folder.close();
    }
  }

  async sha256(path: string): Promise<string> {
    const hash = createHash('sha256');
    await readThrough(path, (bytes) => {
      hash.update(bytes);
    });
    return hash.digest('hex');
  }

  headTailHash(path: string): Promise<string> {
    return headTailHash(path);
  }

  async copyMetadata(source: string, target: string): Promise<string[]> {
    const wanted = await this.lstat(source);
    const before = await this.lstat(target);
    if (wanted === null || before === null) throw new Error(`${source} or ${target} has gone`);
    const data = await headTailHash(target);
    const warnings: string[] = [];
    await runTool('cp', ['--attributes-only', '--preserve=all', '--', source, target], {
      limitMs: TOOL_LIMIT_MS,
    }).catch(async (error: unknown) => {
      // A cp that does not know these options (BusyBox, macOS, none at all): by hand, without ACL and attributes.
      warnings.push(
        `ACL and extended attributes may be missing: ${error instanceof Error ? error.message : String(error)}`,
      );
      await chown(target, wanted.uid, wanted.gid).catch(() => undefined);
      await chmod(target, wanted.mode).catch(() => undefined);
    });
    if ((await this.lstat(target))?.mtimeNs !== wanted.mtimeNs) await this.copyMtime(source, target, wanted);
    const after = await this.lstat(target);
    if (after?.size !== before.size || (await headTailHash(target)) !== data) {
      throw new Error(`the data of ${target} changed while its attributes were set`);
    }
    if (after.uid !== wanted.uid)
      warnings.push(`the owner could not be kept (${wanted.uid}, now ${after.uid})`);
    if (after.gid !== wanted.gid)
      warnings.push(`the group could not be kept (${wanted.gid}, now ${after.gid})`);
    if (after.mode !== wanted.mode) {
      warnings.push(`the mode could not be kept (${wanted.mode.toString(8)}, now ${after.mode.toString(8)})`);
    }
    if (after.mtimeNs !== wanted.mtimeNs)
      warnings.push('the modification time could not be kept to the nanosecond');
    return warnings;
  }

  async freeBytes(folder: string): Promise<number | null> {
    try {
      const stats = await statfs(folder, { bigint: true });
      return Number(stats.bavail * stats.bsize);
    } catch {
      return null;
    }
  }

  /** `touch -r` keeps nanoseconds; Node's utimes takes doubles, which do not. */
  private async copyMtime(source: string, target: string, wanted: FileFacts): Promise<void> {
    await runTool('touch', ['-c', '-r', source, '--', target], { limitMs: TOOL_LIMIT_MS }).catch(async () => {
      const seconds = Number(BigInt(wanted.mtimeNs) / 1000n) / 1e6;
      await utimes(target, seconds, seconds).catch(() => undefined);
    });
  }
}
