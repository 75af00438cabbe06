import path from 'node:path';
import type { FileStatus, Reason, ScanCounts } from '#contracts';
import type { DataSource, EntityManager } from 'typeorm';
import type { DbWriter } from '../database/db-writer.js';
import { HARD_LINKED } from '../files/hard-links.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { readBusyFiles, withOpenJobs } from './busy-files.js';
import { isGone, MoveFinder } from './move-finder.js';
import type { ScanJobs, ScanTools } from './scan-ports.js';
import type { FoundFile, KnownFile, WalkChange } from './walk/walk.types.js';

type Change<K extends WalkChange['kind']> = Extract<WalkChange, { kind: K }>;
type WrittenCounts = Pick<ScanCounts, 'added' | 'changed' | 'moved' | 'missing'>;

const CHANGED: Reason = {
  code: 'source_changed',
  message: 'the file was changed; the scan decides on it anew',
};
const GONE: Reason = { code: 'source_missing', message: 'the file is no longer in the library' };
const MOVED: Reason = {
  code: 'source_moved',
  message: 'the file was moved; the scan queues it at its new place',
};

const LINKED: Reason = {
  code: HARD_LINKED,
  message: 'the file has got another name (hard link); the scan decides on it anew',
};

/** What a status becomes when the file leaves its place: a job was for the old place, and is cancelled. */
const STATUS_TO_KEEP = `CASE WHEN "status" IN ('queued', 'waiting') THEN 'new' ELSE "status" END`;

/** The status of a file that is found again; what was held for its names is looked at again. */
const RETURNS_AS = `CASE WHEN "reasonCode" IS '${HARD_LINKED}' THEN 'new' ELSE COALESCE("statusBefore", 'new') END`;
/** Whether a node, or replace/, has the file in hand. */
const AT_WORK = `EXISTS (SELECT 1 FROM "job" WHERE "job"."fileId" = "media_file"."id" AND "job"."parentId" IS NULL
  AND "job"."state" IN ('claimed', 'running', 'delivering', 'in_review', 'replacing'))`;

/** One row of a batch, as `json_each` gives it. */
const field = (name: string) => `(batch."value" ->> '${name}')`;
// A + before a column keeps SQLite from searching by it: only the id leads straight to the row.
const SAME_ROW = `"media_file"."id" = ${field('id')} AND +"media_file"."directory" = ${field('directory')}
  AND +"media_file"."name" = ${field('name')} AND +"media_file"."size" = ${field('knownSize')}
  AND +"media_file"."mtimeNs" = ${field('knownMtimeNs')}`;

/**
 * Writes what a walk found. The walk looked a moment ago, and replace/ works on the same files: a change is
 * only made if its row is still what the walk compared with, and nothing that is being replaced is touched.
 */
export class ChangeWriter {
  private readonly moves: MoveFinder;

  constructor(
    dataSource: DataSource,
    private readonly writer: DbWriter,
    private readonly jobs: ScanJobs,
    hash: ScanTools['hash'],
  ) {
    this.moves = new MoveFinder(dataSource, hash);
  }

  /**
   * @param since when the scan began (ms): a file that it took for missing and then finds moved is not missing
   * @returns how many changes of each kind were really made; `missing` is below 0 when files were found again
   */
  async write(library: LibraryEntity, changes: readonly WalkChange[], since: number): Promise<WrittenCounts> {
    const counts: WrittenCounts = { added: 0, changed: 0, moved: 0, missing: 0 };
    if (changes.length === 0) return counts;
    const found = ofKind(changes, 'new');
    const moves = await this.moves.find(found, library.path);
    const gone = await confirmGone(library, ofKind(changes, 'gone'));

    await this.writer.write(async (manager) => {
      const busy = await readBusyFiles(manager);
      const isFree = ({ known }: { known: { id: number } }) => !busy.ids.has(known.id);
      const free = found
        .map(({ file }) => file)
        .filter((file) => !busy.paths.has(path.join(library.path, file.directory, file.name)));
      for (const file of free) {
        const row = moves.get(file);
        if (row === undefined || busy.ids.has(row.id)) continue;
        if (!(await this.move(manager, library.id, file, row))) continue;
        counts.moved += 1;
        if (row.status === 'missing' && row.updatedAt >= since) counts.missing -= 1;
      }
      counts.added += await insertNew(
        manager,
        library.id,
        free.filter((file) => !moves.has(file)),
      );
      counts.added += await bringBack(manager, ofKind(changes, 'back').filter(isFree));
      counts.changed += await this.change(manager, ofKind(changes, 'changed').filter(isFree));
      counts.missing += await this.markMissing(manager, gone.filter(isFree));
      await endWaiting(manager, ofKind(changes, 'due'));
      await this.changeLinks(manager, ofKind(changes, 'links').filter(isFree));
    });
    return counts;
  }

  /** The row follows its file, with all that is known and was decided. */
  private async move(
    manager: EntityManager,
    libraryId: number,
    file: FoundFile,
    row: MediaFileEntity,
  ): Promise<boolean> {
    const { directory, name, inode, links } = file;
    if (await manager.existsBy(MediaFileEntity, { libraryId, directory, name })) return false;
    const kept = row.status === 'missing' ? (row.statusBefore ?? 'new') : row.status;
    const open = kept === 'queued' || kept === 'waiting' || row.reasonCode === HARD_LINKED;
    const settled = open ? 'new' : kept;
    const status: FileStatus = settled === 'new' && file.young ? 'waiting' : settled;
    const unchanged = { id: row.id, size: row.size, mtimeNs: row.mtimeNs, status: row.status };
    const place = {
      libraryId,
      directory,
      name,
      inode,
      links,
      status,
      statusBefore: null,
      updatedAt: Date.now(),
    };
    const result = await manager.update(MediaFileEntity, unchanged, place);
    if (result.affected !== 1) return false;
    await this.cancelJobs(manager, [row.id], MOVED);
    return true;
  }

  private async change(manager: EntityManager, changes: readonly Change<'changed'>[]): Promise<number> {
    const batch = changes.map(({ known, file }) => ({ ...knownFields(known, file.directory), ...file }));
    const ids = await updateReturningIds(
      manager,
      `UPDATE "media_file" SET "size" = ${field('size')}, "mtimeNs" = ${field('mtimeNs')}, "inode" = ${field('inode')},
         "links" = ${field('links')}, "status" = CASE WHEN ${field('young')} THEN 'waiting' ELSE 'new' END, "statusBefore" = NULL,
         "headTailHash" = NULL, "reasonCode" = NULL, "reasonMessage" = NULL, "profileHash" = NULL,
         "expectedSaving" = NULL, "container" = NULL, "videoCodec" = NULL, "width" = NULL, "height" = NULL,
         "durationSeconds" = NULL, "mediaInfo" = NULL, "updatedAt" = ?
       FROM json_each(?) AS batch WHERE ${SAME_ROW} RETURNING "media_file"."id"`,
      batch,
    );
    await this.cancelJobs(manager, ids, CHANGED);
    return ids.length;
  }

  /** Never deleted: history and verdict stay, and come back with the file. */
  private async markMissing(manager: EntityManager, changes: readonly Change<'gone'>[]): Promise<number> {
    const ids = await updateReturningIds(
      manager,
      `UPDATE "media_file" SET "status" = 'missing', "statusBefore" = ${STATUS_TO_KEEP}, "updatedAt" = ?
       FROM json_each(?) AS batch WHERE ${SAME_ROW} AND +"status" <> 'missing' RETURNING "media_file"."id"`,
      changes.map(({ known, directory }) => knownFields(known, directory)),
    );
    await this.cancelJobs(manager, ids, GONE);
    return ids.length;
  }

  /** What a node is at work on ends as it began; all else whose verdict was about its names is decided on anew. */
  private async changeLinks(manager: EntityManager, changes: readonly Change<'links'>[]): Promise<void> {
    const fields = ({ known, directory, links }: Change<'links'>) => ({
      ...knownFields(known, directory),
      ...{ links, knownStatus: known.status },
    });
    const where = `FROM json_each(?) AS batch WHERE ${SAME_ROW} AND +"status" = ${field('knownStatus')}`;
    const anew = await updateReturningIds(
      manager,
      `UPDATE "media_file" SET "status" = 'new', "links" = ${field('links')}, "updatedAt" = ? ${where}
         AND NOT ${AT_WORK} RETURNING "media_file"."id"`,
      changes.filter((change) => change.anew).map(fields),
    );
    await this.cancelJobs(manager, anew, LINKED);
    await updateReturningIds(
      manager,
      `UPDATE "media_file" SET "links" = ${field('links')}, "updatedAt" = ? ${where} RETURNING "media_file"."id"`,
      changes.map(fields),
    );
  }

  private async cancelJobs(
    manager: EntityManager,
    fileIds: readonly number[],
    reason: Reason,
  ): Promise<void> {
    for (const id of await withOpenJobs(manager, fileIds)) await this.jobs.cancelForFile(manager, id, reason);
  }
}

async function insertNew(
  manager: EntityManager,
  libraryId: number,
  files: readonly FoundFile[],
): Promise<number> {
  if (files.length === 0) return 0;
  await manager.query(
    `INSERT INTO "media_file"
       ("libraryId", "directory", "name", "size", "mtimeNs", "inode", "links", "status", "updatedAt")
     SELECT ?, ${field('directory')}, ${field('name')}, ${field('size')}, ${field('mtimeNs')}, ${field('inode')},
       ${field('links')}, CASE WHEN ${field('young')} THEN 'waiting' ELSE 'new' END, ?
     FROM json_each(?) AS batch WHERE TRUE ON CONFLICT ("libraryId", "directory", "name") DO NOTHING`,
    [libraryId, Date.now(), JSON.stringify(files)],
  );
  const [row] = await manager.query<[{ count: number }]>(`SELECT changes() AS "count"`);
  return row.count;
}

async function bringBack(manager: EntityManager, changes: readonly Change<'back'>[]): Promise<number> {
  const ids = await updateReturningIds(
    manager,
    `UPDATE "media_file" SET "inode" = ${field('inode')}, "links" = ${field('links')}, "statusBefore" = NULL,
       "status" = CASE WHEN ${RETURNS_AS} = 'new' AND ${field('young')} THEN 'waiting' ELSE ${RETURNS_AS} END,
       "updatedAt" = ?
     FROM json_each(?) AS batch WHERE ${SAME_ROW} AND +"status" = 'missing' RETURNING "media_file"."id"`,
    changes.map(({ known, file }) => ({
      ...knownFields(known, file.directory),
      inode: file.inode,
      links: file.links,
      young: file.young,
    })),
  );
  return ids.length;
}

async function endWaiting(manager: EntityManager, changes: readonly Change<'due'>[]): Promise<void> {
  await updateReturningIds(
    manager,
    `UPDATE "media_file" SET "status" = 'new', "links" = ${field('links')}, "updatedAt" = ?
     FROM json_each(?) AS batch WHERE ${SAME_ROW} AND +"status" = 'waiting' RETURNING "media_file"."id"`,
    changes.map(({ known, directory, links }) => ({ ...knownFields(known, directory), links })),
  );
}

/** @param sql takes the time and the batch as JSON */
async function updateReturningIds(
  manager: EntityManager,
  sql: string,
  batch: readonly object[],
): Promise<number[]> {
  if (batch.length === 0) return [];
  const rows = await manager.query<{ id: number }[]>(sql, [Date.now(), JSON.stringify(batch)]);
  return rows.map(({ id }) => id);
}

function knownFields(known: KnownFile, directory: string) {
  return { id: known.id, directory, name: known.name, knownSize: known.size, knownMtimeNs: known.mtimeNs };
}

function ofKind<K extends WalkChange['kind']>(changes: readonly WalkChange[], kind: K): Change<K>[] {
  return changes.filter((change): change is Change<K> => change.kind === kind);
}

/** Looks once more before a file is called missing. */
async function confirmGone(
  library: LibraryEntity,
  changes: readonly Change<'gone'>[],
): Promise<Change<'gone'>[]> {
  const verdicts = await Promise.all(
    changes.map(
      async ({ known, directory, leftOut }) =>
        leftOut || isGone(path.join(library.path, directory, known.name)),
    ),
  );
  return changes.filter((_change, index) => verdicts[index]);
}
