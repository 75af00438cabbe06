import path from 'node:path';
import { ConflictException, Logger } from '@nestjs/common';
import { RESTORED_REASON, type Reason, type ScanProblem } from '#contracts';
import { MediaFileEntity } from '../files/media-file.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { FolderProfileStore } from '../profiles/folder-profile.store.js';
import { ChangeWriter } from './change-writer.js';
import { DECIDED_COLUMNS, decideFile, type DecideContext } from './decide-one.js';
import type { ScanContext } from './scan-run.js';
import type { WalkChange, WalkRules } from './walk/walk.types.js';

type Context = DecideContext & Pick<ScanContext, 'databasePath'>;

export interface FileToAdd {
  library: LibraryEntity;
  /** path inside the library, with `/` */
  file: string;
  /** also when it has failed, was put back from the trash, or is so young that it may still be written to */
  force: boolean;
}

/** What became of a file that somebody wanted in the queue. */
export interface AddedFile {
  /** null: the library passes it over */
  fileId: number | null;
  /** why it was not decided on; null: it was, and its row says how, or it was in the queue already */
  reason: Reason | null;
}

const REPLACED: Reason = {
  code: 'replaced',
  message: 'it is our own output; put its original back from the trash to have that encoded again',
};

/**
 * Looks at one file as a scan looks at all of them, writes what has changed about it, and decides on it. Other than a scan it also
 * decides again on what was skipped before.
 * @throws ConflictException when it cannot be read, or is being replaced right now
 */
export async function addFile(context: Context, request: FileToAdd): Promise<AddedFile> {
  const { library, file, force } = request;
  const began = Date.now();
  await context.profiles.refresh();
  const changes = await lookAt(context, request);
  if (changes === null) return { fileId: null, reason: passedOver(library, file) };
  const writer = new ChangeWriter(context.dataSource, context.writer, context.jobs, context.tools.hash);
  await writer.write(library, changes, began);
  const { dir, base: name } = path.posix.parse(file);
  const row = await context.dataSource.manager.findOne(MediaFileEntity, {
    where: { libraryId: library.id, directory: dir, name },
    select: { ...DECIDED_COLUMNS, reasonCode: true, reasonMessage: true },
  });
  if (row === null) throw new ConflictException(`${file} is being replaced or put back right now`);
  const reason = whyNot(row, library, force);
  if (reason === null && row.status !== 'queued') await decideFile(context, library, row);
  return { fileId: row.id, reason };
}

/** @returns what is to be written of the file; null: the library's rules pass it over */
async function lookAt(context: Context, { library, file, force }: FileToAdd): Promise<WalkChange[] | null> {
  const { extensions, minimumSize, ignore, hardLinks } = library;
  const minimumAgeSeconds = force ? 0 : library.minimumAgeSeconds;
  const rules: WalkRules = { extensions, minimumSize, minimumAgeSeconds, ignore, hardLinks };
  const folders = await FolderProfileStore.open(context, library, (message) => {
    new Logger('Scanner').error({ msg: message, libraryId: library.id });
  }).catch(conflict);
  const { databasePath } = context;
  const walk = context.tools.startWalk({
    ...{ libraryId: library.id, root: library.path, rules, databasePath, only: file },
  });
  const changes: WalkChange[] = [];
  const problems: ScanProblem[] = [];
  let seen = 0;
  try {
    for await (const batch of walk.batches()) {
      await folders.apply(batch.folderProfiles);
      // Whether it is gone, a scan says, which knows whether the whole library has.
      changes.push(...batch.changes.filter(({ kind }) => kind !== 'gone'));
      problems.push(...batch.problems);
      seen = batch.counts.media;
    }
  } catch (error) {
    conflict(error);
  }
  const [problem] = problems;
  if (seen === 0 && problem !== undefined) throw new ConflictException(`${problem.path} ${problem.message}`);
  return seen === 0 ? null : changes;
}

function passedOver(library: LibraryEntity, file: string): Reason {
  const extension = path.posix.extname(file).slice(1);
  const known =
    library.extensions.includes(extension) || library.extensions.includes(extension.toLowerCase());
  const why = known
    ? `it has fewer than ${library.minimumSize} bytes, one of the library's ignore rules or a .boilarrignore leaves it out, or a link leads to it`
    : `the library takes files that end in ${library.extensions.map((name) => `.${name}`).join(', ')}`;
  return { code: 'passed_over', message: `the library ${library.name} passes ${file} over: ${why}` };
}

function whyNot(row: MediaFileEntity, library: LibraryEntity, force: boolean): Reason | null {
  const { status, reasonCode, reasonMessage } = row;
  const said: Reason = { code: reasonCode ?? status, message: reasonMessage ?? status };
  if (status === 'replaced') return REPLACED;
  if (status === 'missing')
    return { code: 'busy', message: 'it was missing, and is being put back right now; try again' };
  if (status === 'waiting') {
    if (reasonCode !== null) return said;
    const message = `it changed less than ${library.minimumAgeSeconds} seconds ago and may still be written to; a scan takes it up when it is old enough, or force it`;
    return { code: 'young', message };
  }
  if (force) return null;
  if (status === 'failed' || (status === 'skipped' && reasonCode === RESTORED_REASON))
    return { ...said, message: `${said.message}; force it to have it decided on anew` };
  return null;
}

function conflict(error: unknown): never {
  throw new ConflictException(error instanceof Error ? error.message : String(error));
}
