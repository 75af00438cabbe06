import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { JobLog } from '#engine/pipeline/step.js';
import { jobFolderName } from '../registration/work-folders.js';
import type { Scratch } from '../scratch/scratch.js';

const UNFINISHED = 'partial-';

export interface JobFolderOptions {
  jobId: number;
  /** of the attempt's lease */
  token: string;
  /** the node's */
  workFolder: string;
  scratch: Scratch | null;
}

/** Where one job keeps its files on this node: on the disk, and in scratch as far as it has been given room there. */
export class JobFolder {
  /** absolute */
  readonly path: string;
  /** null: it has been given no room there */
  private scratchPath: string | null = null;
  private saidNoRoom = false;

  constructor(private readonly options: JobFolderOptions) {
    this.path = path.join(options.workFolder, jobFolderName(options.jobId));
  }

  /** Makes it, and clears away what an attempt that was killed had begun. @throws the file system's error */
  async open(): Promise<void> {
    await mkdir(this.path, { recursive: true });
    const { scratch, jobId } = this.options;
    for (const folder of scratch === null ? [this.path] : [this.path, scratch.folderOf(jobId)]) {
      const names = await readdir(folder).catch(() => []);
      for (const name of names)
        if (name.startsWith(UNFINISHED)) await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }

  /** See JobContext. */
  async produce(
    name: string,
    write: (partialPath: string) => Promise<void>,
    folder: string | null = null,
  ): Promise<string> {
    const named = `${this.options.token}-${name}`;
    const within = folder ?? this.path;
    const partial = path.join(within, `${UNFINISHED}${named}`);
    const final = path.join(within, named);
    try {
      await write(partial);
      await rename(partial, final);
      return final;
    } catch (error) {
      await rm(partial, { force: true });
      throw error;
    }
  }

  /** See JobContext. */
  async scratch(bytes: number, log: Pick<JobLog, 'info'>): Promise<string | null> {
    const { scratch, jobId } = this.options;
    if (scratch === null) return null;
    if (!(await scratch.reserve(jobId, bytes))) {
      if (!this.saidNoRoom)
        log.info(
          `${bytes} bytes on the way are too many for ${scratch.folder}; they go into the work folder`,
        );
      this.saidNoRoom = true;
      return null;
    }
    const folder = scratch.folderOf(jobId);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (this.scratchPath === null) log.info(`has room for ${bytes} bytes on the way in ${folder}`);
    this.scratchPath = folder;
    return folder;
  }

  /** The attempt is over; what it has made stays. */
  release(): void {
    this.options.scratch?.release(this.options.jobId);
  }

  async removeScratch(): Promise<void> {
    const { scratch, jobId } = this.options;
    if (scratch === null) return;
    await rm(scratch.folderOf(jobId), { recursive: true, force: true });
    scratch.release(jobId);
  }

  /** Gives up what lies in scratch, and keeps the job from going there again. @returns whether this attempt was there */
  async forsakeScratch(): Promise<boolean> {
    if (this.scratchPath === null) return false;
    await this.removeScratch();
    this.options.scratch?.forsake(this.options.jobId);
    return true;
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true, force: true });
    await this.removeScratch();
  }
}
