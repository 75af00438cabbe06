import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { ConflictException, NotFoundException } from '@nestjs/common';
import type { FileStatus } from '#contracts';
import { unknownLayer } from '#engine/media/enhancement-layer.js';
import type { MediaInfo } from '#engine/media/media-info.js';
import { isHeld } from '../files/hard-links.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { readCorrection } from '../history/projection.store.js';
import { readRepeating } from '../jobs/repeating-profiles.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { readLibraryProfiles } from '../profiles/folder-profile.store.js';
import { Decider } from './decider.js';
import { heldFinding, writeFindings, type Finding, type ReadFile } from './decision-writer.js';
import type { ScanContext } from './scan-run.js';

export type DecideContext = Pick<
  ScanContext,
  'dataSource' | 'writer' | 'jobs' | 'profiles' | 'tools' | 'settings'
>;

/** Why a file of this status is not to be decided on because somebody asks for it; the others may be. */
const REFUSED: Partial<Record<FileStatus, string>> = {
  new: 'has not been decided on yet; the next scan does it',
  waiting: 'waits, for it may still be written to or has other names; a scan takes it up when that is over',
  queued: 'is in the queue already',
  replaced: 'is our own output; put its original back from the trash to have that encoded again',
  missing: 'is missing; a scan takes it up when it is back',
};

/**
 * Decides anew on one file, whatever was decided before, also on an original that was put back by hand: it is queued
 * when its profile says so, and else skipped for the profile's reason.
 * @throws NotFoundException; ConflictException when it is not to be decided on now, or cannot be read
 */
export async function decideOne(context: DecideContext, id: number): Promise<void> {
  const { manager } = context.dataSource;
  const file = await manager.findOne(MediaFileEntity, { where: { id }, select: DECIDED_COLUMNS });
  const library = file === null ? null : await manager.findOneBy(LibraryEntity, { id: file.libraryId });
  if (file === null || library === null) throw new NotFoundException(`there is no file ${id}`);
  const refused = REFUSED[file.status];
  if (refused !== undefined) throw new ConflictException(`${file.name} ${refused}`);
  await decideFile(context, library, file);
}

/**
 * Decides anew on a file, whatever its status is.
 * @param file with the columns of `DECIDED_COLUMNS`
 * @throws ConflictException when it cannot be decided on now
 */
export async function decideFile(
  context: DecideContext,
  library: LibraryEntity,
  file: MediaFileEntity,
): Promise<void> {
  const { manager } = context.dataSource;
  await context.profiles.refresh();
  const decider = new Decider(
    context.tools.decide,
    await readLibraryProfiles(manager, library, context.profiles).catch(conflict),
    await readCorrection(manager, library.id),
    await readRepeating(manager),
  );
  const finding = await examine(context, library, decider, file).catch((error: unknown) => {
    throw new ConflictException(
      `${file.name} could not be decided on, and is as it was: ${messageOf(error)}`,
    );
  });
  const busy = await context.writer.write((inside) =>
    writeFindings(inside, context.jobs, library, [finding]),
  );
  if (busy.length > 0) throw new ConflictException(`${file.name} is being replaced or put back right now`);
}

export const DECIDED_COLUMNS = {
  ...{ id: true, libraryId: true, directory: true, name: true, size: true, mtimeNs: true },
  ...{ status: true, headTailHash: true, mediaInfo: true },
} as const;

async function examine(
  { tools, settings }: DecideContext,
  library: LibraryEntity,
  decider: Decider,
  row: MediaFileEntity,
): Promise<Finding> {
  const { id, directory, name, size, mtimeNs, status } = row;
  const source = path.join(library.path, directory, name);
  const stat = await lstat(source, { bigint: true });
  if (Number(stat.size) !== size || stat.mtimeNs.toString() !== mtimeNs) {
    throw new Error(`${source} has changed; the next scan decides on it`);
  }
  const file: ReadFile = { id, directory, name, size, mtimeNs, status, headTailHash: row.headTailHash };
  const stored = row.mediaInfo === null ? null : (JSON.parse(row.mediaInfo) as MediaInfo);
  const links = Number(stat.nlink);
  if (isHeld(links, library.hardLinks)) return heldFinding({ library, decider }, file, links, stored);
  const info =
    stored !== null && unknownLayer(stored) === null
      ? stored
      : await tools.probe(source, { timeoutMs: settings.probeTimeoutMs });
  const headTailHash = row.headTailHash ?? (await tools.hash(source));
  return { kind: 'decided', file, info, headTailHash, ...decider.of(file, info) };
}

function conflict(error: unknown): never {
  throw new ConflictException(messageOf(error));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
