import { randomBytes } from 'node:crypto';
import { lstat, mkdir, readdir, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { jobFolderName, jobFolders } from '../registration/work-folders.js';

/** File systems in memory, as statfs(2) numbers them: what they call free may long be used by programs. */
const TMPFS = 0x01021994;

/** ms for which an attempt's files wait for the next one: a pause before it is shorter, and a night of rest not worth the memory. */
const IDLE_MS = 60 * 60_000;

/** Jobs that are remembered for having needed more room than there was. */
const MOST_FORSAKEN = 1000;

/** Bytes that may still be written in a folder. */
async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize, type } = await statfs(folder);
  const free = bavail * bsize;
  return type === TMPFS ? Math.min(free, process.availableMemory()) : free;
}

async function sizeOf(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(
    names.map((name) =>
      stat(path.join(folder, name)).then(
        ({ size }) => size,
        () => 0,
      ),
    ),
  );
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Names this node's own folder: several nodes of one machine may share what they were given. */
async function ownName(workFolder: string): Promise<string> {
  const file = path.join(workFolder, 'scratch-id');
  const kept = (await readFile(file, 'utf8').catch(() => '')).trim();
  if (/^[0-9a-f]{16}$/.test(kept)) return kept;
  const name = randomBytes(8).toString('hex');
  await writeFile(file, `${name}\n`, { mode: 0o600 });
  return name;
}

/**
 * Quick storage for what small jobs need on the way, most often memory: one folder a job, in a folder of this node's own. Half of what is
 * free is left to others, since memory that runs out ends programs, and an estimate may be wrong.
 */
export class Scratch {
  /** bytes that the jobs at work may fill, by job */
  private readonly promised = new Map<number, number>();
  private readonly forsaken = new Set<number>();

  /** @param folder this node's own, absolute */
  constructor(
    readonly folder: string,
    private readonly freeBytes: (folder: string) => Promise<number> = freeBytesOf,
  ) {}

  /**
   * @param folder as it was given; other programs may use it as well
   * @throws Error when it is not there, cannot be written to, or somebody else has put something in this node's place
   */
  static async open(folder: string, workFolder: string): Promise<Scratch> {
    const own = path.join(folder, `boilarr-${await ownName(workFolder)}`);
    await mkdir(own, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    // Anybody may write into /dev/shm, also what leads elsewhere.
    const status = await lstat(own);
    const user = process.getuid?.();
    if (!status.isDirectory() || (user !== undefined && status.uid !== user))
      throw new Error(`${own} is not a folder of this node's user`);
    return new Scratch(own);
  }

  folderOf(jobId: number): string {
    return path.join(this.folder, jobFolderName(jobId));
  }

  /**
   * Promises room to a job, in place of what it was promised before, until `release`.
   * @param bytes of all its files at their peak, those that are there included
   * @returns whether there is so much
   */
  async reserve(jobId: number, bytes: number): Promise<boolean> {
    if (this.forsaken.has(jobId)) return false;
    const written = new Map<number, number>();
    for (const id of [jobId, ...this.promised.keys()]) written.set(id, await sizeOf(this.folderOf(id)));
    const free = await this.freeBytes(this.folder).catch(() => 0);
    // From here on in one go: others ask at the same time.
    let outstanding = 0;
    for (const [id, promise] of this.promised)
      if (id !== jobId) outstanding += Math.max(0, promise - (written.get(id) ?? 0));
    const wanted = Math.max(0, bytes - (written.get(jobId) ?? 0));
    const fits = wanted <= (free - outstanding) / 2;
    if (fits) this.promised.set(jobId, bytes);
    return fits;
  }

  /** The job is no longer at work here; what it has made stays where it is. */
  release(jobId: number): void {
    this.promised.delete(jobId);
  }

  /**
   * Frees what jobs have left that nobody here has been at work on for an hour; what they need of it they make again.
   * @param isActive asked at the last moment
   */
  async tidy(isActive: (jobId: number) => boolean, now = Date.now()): Promise<void> {
    for (const jobId of await jobFolders([this.folder])) {
      const folder = this.folderOf(jobId);
      const status = await stat(folder).catch(() => null);
      if (status === null || now - status.mtimeMs < IDLE_MS || isActive(jobId)) continue;
      await rm(folder, { recursive: true, force: true });
    }
  }

  /** It has turned out to need more than there is: it gets no room here any more. */
  forsake(jobId: number): void {
    this.release(jobId);
    this.forsaken.add(jobId);
    const [oldest] = this.forsaken;
    if (this.forsaken.size > MOST_FORSAKEN && oldest !== undefined) this.forsaken.delete(oldest);
  }
}
