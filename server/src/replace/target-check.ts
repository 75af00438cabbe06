import path from 'node:path';
import { Inject, Injectable } from '@nestjs/common';
import type { JobInput, Reason } from '#contracts';
import prettyBytes from 'pretty-bytes';
import { DataSource } from 'typeorm';
import { hardLinkReason, isHeld } from '../files/hard-links.js';
import type { ClaimVerdict } from '../jobs/claim-rules.js';
import type { JobEntity } from '../jobs/job.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { errnoOf, isNoSpace, isRefused, type FileFacts, type FilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { holdsAnything } from './mounted.js';
import { CHECK_NAME, TRASH_FOLDER } from './names.js';
import { PathLock } from './path-lock.js';
import { messageOf } from './replace-failure.js';
import { SPARE_BYTES } from './staging.js';

/** ms after which a share counts as hung; a disk that has to spin up needs about ten seconds */
const LIMIT_MS = 15_000;

/** What the check has to know of a job. */
export interface TargetOrder {
  library: Pick<LibraryEntity, 'path' | 'hardLinks'>;
  source: Pick<JobInput, 'path' | 'size' | 'mtimeNs'>;
  /** bytes */
  expectedSize: number;
}

function defer(code: string, message: string): ClaimVerdict {
  return { kind: 'defer', reason: { code, message } };
}

function cannotWrite(folder: string, error: unknown): ClaimVerdict {
  if (isNoSpace(error))
    return defer('no_space', `there is no room in ${folder}; nothing was changed, and it is tried again`);
  const code = errnoOf(error) ?? messageOf(error);
  if (['ENOENT', 'ENOTDIR'].includes(code)) return folderMissing(folder);
  const message =
    `no new file could be made in ${folder} (${code}), so that an encode could not be put there; nothing was changed. ` +
    `Give the server the right to write there; it is tried again`;
  return defer('target_not_writable', message);
}

function folderMissing(folder: string): ClaimVerdict {
  const message = `the folder ${folder} is not there; is the disk or the share mounted? Nothing was changed, and it is tried again`;
  return defer('library_missing', message);
}

function noRoom(folder: string, needed: number, free: number): ClaimVerdict {
  const message =
    `there is not enough room in ${folder}: ${prettyBytes(needed)} would be needed, ${prettyBytes(free)} are free; ` +
    `nothing was changed, and it is tried again`;
  return defer('no_space', message);
}

/**
 * Looks, by a few calls, whether an output could take its source's place: the source is what was scanned, its folder
 * and the trash take new files, and there is room. Leaves nothing behind. What it says can be otherwise a moment
 * later; the replacement looks again.
 */
export async function checkTarget(port: FilePort, order: TargetOrder): Promise<ClaimVerdict> {
  const { library, source } = order;
  const folder = path.dirname(source.path);
  const facts = await port.lstat(source.path);
  if (facts === null) {
    if ((await port.lstat(folder)) === null) return folderMissing(folder);
    const message = `${source.path} is no longer there; the next scan sees what has become of it`;
    return defer('source_missing', message);
  }
  if (facts.kind !== 'file' || facts.size !== source.size || facts.mtimeNs !== source.mtimeNs) {
    const message = `${source.path} is no longer the file that was scanned; the next scan decides on it anew`;
    return defer('source_changed', message);
  }
  if (isHeld(facts.links, library.hardLinks)) {
    const reason = hardLinkReason(source.path, facts.links, library.hardLinks);
    return { kind: library.hardLinks === 'wait' ? 'defer' : 'skip', reason };
  }
  const trash = await trashTop(port, library.path);
  const probed = await probe(port, folder, trash);
  return typeof probed === 'object' ? probed : room(port, order, { folder, trash, links: probed });
}

/** The trash, or the folder that it will be made in. */
async function trashTop(port: FilePort, libraryPath: string): Promise<string> {
  const trash = path.join(libraryPath, TRASH_FOLDER);
  return (await port.lstat(trash))?.kind === 'folder' ? trash : libraryPath;
}

/** @returns whether a file of the folder can be linked into the trash; a verdict when no file can be made */
async function probe(port: FilePort, folder: string, trash: string): Promise<boolean | ClaimVerdict> {
  const file = path.join(folder, CHECK_NAME);
  const second = path.join(trash, `${CHECK_NAME}-link`);
  let at = folder;
  try {
    await removeEmpty(port, file);
    await port.createNew(file, '', 0o600);
    at = trash;
    await removeEmpty(port, second);
    try {
      await port.link(file, second);
      return true;
    } catch (error) {
      if (!isRefused(error)) throw error;
    }
    await port.createNew(second, '', 0o600);
    return false;
  } catch (error) {
    return cannotWrite(at, error);
  } finally {
    for (const made of [second, file]) await removeEmpty(port, made).catch(() => undefined);
  }
}

/**
 * Whether a library takes new files at all: without its trash no file of it could be replaced. What is only true of some folder
 * is left to `checkTarget`.
 * @returns why it does not, or null
 */
async function checkLibrary(port: FilePort, library: Pick<LibraryEntity, 'path'>): Promise<ClaimVerdict> {
  if (!(await holdsAnything(port, library.path))) return folderMissing(library.path);
  const trash = await trashTop(port, library.path);
  const file = path.join(trash, `${CHECK_NAME}-link`);
  try {
    await removeEmpty(port, file);
    await port.createNew(file, '', 0o600);
  } catch (error) {
    return cannotWrite(trash, error);
  } finally {
    await removeEmpty(port, file).catch(() => undefined);
  }
  const free = await port.freeBytes(trash);
  return free !== null && free < SPARE_BYTES ? noRoom(trash, SPARE_BYTES, free) : null;
}

/** Ours, made now or by a check that was cut short. */
async function removeEmpty(port: FilePort, file: string): Promise<void> {
  const facts = await port.lstat(file);
  if (facts?.kind === 'file' && facts.size === 0) await port.unlink(file);
}

/** Where the trash takes no links, the original is copied there while the new file is already beside it. */
async function room(
  port: FilePort,
  { source, expectedSize }: TargetOrder,
  { folder, trash, links }: { folder: string; trash: string; links: boolean },
): Promise<ClaimVerdict> {
  const copied = links ? 0 : source.size;
  const together = links || sameDevice(await port.lstat(folder), await port.lstat(trash));
  const places: [string, number][] = together
    ? [[folder, expectedSize + copied]]
    : [
        [folder, expectedSize],
        [trash, copied],
      ];
  for (const [place, needed] of places) {
    const free = await port.freeBytes(place);
    if (free !== null && free < needed + SPARE_BYTES) return noRoom(place, needed + SPARE_BYTES, free);
  }
  return null;
}

function sameDevice(one: FileFacts | null, other: FileFacts | null): boolean {
  return one?.inode.split(':')[0] === other?.inode.split(':')[0];
}

/** Keeps encodes from being made that could not be put where they belong. */
@Injectable()
export class TargetCheck {
  /** libraries whose share has not answered an earlier look yet: another would wait as well, and hold a thread */
  private readonly hung = new Set<number>();

  constructor(
    private readonly dataSource: DataSource,
    private readonly lock: PathLock,
    @Inject(FILE_PORT) private readonly port: FilePort,
  ) {}

  /** @param limitMs after which the library counts as not reachable */
  async check(job: JobEntity, limitMs = LIMIT_MS): Promise<ClaimVerdict> {
    const [source] = job.inputs;
    if (job.ending !== 'replace' || job.fileId === null || job.libraryId === null || source === undefined)
      return null;
    const library = await this.dataSource.manager.findOneBy(LibraryEntity, { id: job.libraryId });
    if (library === null) return null;
    if (this.hung.has(library.id)) return silent(library.path, 0);
    const expectedSize = Math.max(0, source.size - (job.expectedSaving ?? 0));
    return this.within(() => checkTarget(this.port, { library, source, expectedSize }), library, limitMs);
  }

  /** @returns why nothing can be put into a library, or null */
  async checkLibrary(library: LibraryEntity, limitMs = LIMIT_MS): Promise<Reason | null> {
    if (this.hung.has(library.id)) return silent(library.path, 0)?.reason ?? null;
    const verdict = await this.within(() => checkLibrary(this.port, library), library, limitMs);
    return verdict?.reason ?? null;
  }

  private async within(
    look: () => Promise<ClaimVerdict>,
    library: LibraryEntity,
    limitMs: number,
  ): Promise<ClaimVerdict> {
    // The names that are tried are the same in every check.
    const looking = this.lock.run(`check ${library.id}`, () =>
      look().catch((error: unknown) => cannotWrite(library.path, error)),
    );
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<ClaimVerdict>((resolve) => {
      timer = setTimeout(() => {
        this.hung.add(library.id);
        void looking.finally(() => this.hung.delete(library.id)).catch(() => undefined);
        resolve(silent(library.path, limitMs));
      }, limitMs);
    });
    try {
      return await Promise.race([looking, late]);
    } finally {
      clearTimeout(timer);
    }
  }
}

function silent(folder: string, ms: number): ClaimVerdict {
  const since = ms === 0 ? 'still does not answer' : `has not answered for ${Math.round(ms / 1000)} s`;
  return defer('library_missing', `${folder} ${since}; is the share there? It is tried again`);
}
