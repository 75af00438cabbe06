import { lstat, realpath } from 'node:fs/promises';
import path from 'node:path';
import { ConflictException, Injectable, NotFoundException } from '@nestjs/common';
import { FINAL_JOB_STATES, type AddJobRequest, type AddJobResponse } from '#contracts';
import { DataSource, In, IsNull, Not } from 'typeorm';
import { FieldException } from '../../common/field-exception.js';
import { MediaFileEntity } from '../../files/media-file.entity.js';
import { LibraryEntity } from '../../libraries/library.entity.js';
import { ScannerService } from '../../scanner/scanner.service.js';
import { JobReader } from '../job-reader.service.js';
import { JobEntity } from '../job.entity.js';

interface Place {
  library: LibraryEntity;
  /** path inside the library, with `/` */
  file: string;
}

/** Queues single files that somebody names by their paths. */
@Injectable()
export class JobByPath {
  constructor(
    private readonly dataSource: DataSource,
    private readonly scanner: ScannerService,
    private readonly reader: JobReader,
  ) {}

  /**
   * @throws FieldException for a path that is in no library; NotFoundException when nothing is there; ConflictException when the file cannot
   *   be decided on now
   */
  async add({ path: given, force }: AddJobRequest): Promise<AddJobResponse> {
    const { library, file } = await this.place(given);
    await assertFile(path.join(library.path, file));
    const before = await this.newestJob();
    const { fileId, reason } = await this.scanner.addFile({ library, file, force });
    if (fileId === null) return { job: null, added: false, reason, fileId };
    const open = await this.openJob(fileId);
    if (open !== null)
      return { job: await this.reader.job(open.id), added: open.id > before, reason: null, fileId };
    if (reason !== null) return { job: null, added: false, reason, fileId };
    const row = await this.dataSource.manager.findOneByOrFail(MediaFileEntity, { id: fileId });
    if (row.reasonCode === null)
      throw new ConflictException(`${given} has just become ${row.status}; ask again`);
    const decided = { code: row.reasonCode, message: row.reasonMessage ?? '' };
    return { job: null, added: false, reason: decided, fileId };
  }

  private async place(given: string): Promise<Place> {
    if (!path.isAbsolute(given)) refuse('must be an absolute path, as the server sees it');
    const file = path.resolve(given);
    const libraries = await this.dataSource.manager.find(LibraryEntity, { order: { id: 'ASC' } });
    const found = placeIn(libraries, file) ?? (await placeBehindLinks(libraries, file));
    if (found !== null) return found;
    const folders = libraries.map(({ name, path: folder }) => `${name} (${folder})`).join(', ');
    refuse(`lies in no library; there are: ${folders === '' ? 'none' : folders}`);
  }

  private openJob(fileId: number): Promise<JobEntity | null> {
    const state = Not(In([...FINAL_JOB_STATES]));
    return this.dataSource.manager.findOneBy(JobEntity, { fileId, parentId: IsNull(), state });
  }

  /** @returns the highest id that a job has, 0: there is none */
  private async newestJob(): Promise<number> {
    return (await this.dataSource.manager.maximum(JobEntity, 'id')) ?? 0;
  }
}

function refuse(errorMessage: string): never {
  throw new FieldException([{ propertyName: 'path', errorMessage }]);
}

/**
 * Both absolute, and without `..`.
 * @returns where the file lies inside the folder, with `/`; null: not there
 */
function inside(folder: string, file: string): string | null {
  const relative = path.relative(folder, file);
  const names = relative.split(path.sep);
  return relative === '' || path.isAbsolute(relative) || names[0] === '..' ? null : names.join('/');
}

function placeIn(libraries: readonly LibraryEntity[], file: string): Place | null {
  for (const library of libraries) {
    const found = inside(library.path, file);
    if (found !== null) return { library, file: found };
  }
  return null;
}

/** A library and its file may be known by other names: both are looked at without the links on the way. */
async function placeBehindLinks(libraries: readonly LibraryEntity[], file: string): Promise<Place | null> {
  const folder = await realpath(path.dirname(file)).catch(() => null);
  if (folder === null) return null;
  const real = path.join(folder, path.basename(file));
  for (const library of libraries) {
    const root = await realpath(library.path).catch(() => null);
    const found = root === null ? null : inside(root, real);
    if (found !== null) return { library, file: found };
  }
  return null;
}

async function assertFile(file: string): Promise<void> {
  const status = await lstat(file).catch((error: unknown) => {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') throw new NotFoundException(`there is no file ${file}`);
    throw new ConflictException(`${file} cannot be read (${code})`);
  });
  if (status.isDirectory())
    throw new ConflictException(`${file} is a folder; a scan of its library takes up all that is in it`);
  if (status.isSymbolicLink())
    throw new ConflictException(`${file} is a symbolic link; name the file itself, where a library holds it`);
  if (!status.isFile()) throw new ConflictException(`${file} is no file`);
}
