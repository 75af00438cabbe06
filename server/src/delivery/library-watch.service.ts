import { Injectable, Logger } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { LibraryEntity } from '../libraries/library.entity.js';
import { LibraryHolds } from '../jobs/library-holds.service.js';
import { TargetCheck } from '../replace/target-check.js';

/** What may be true of the whole library when it is found with one of its files. */
const SUSPICIOUS: ReadonlySet<string> = new Set(['target_not_writable', 'library_missing', 'no_space']);

/** Holds a library's jobs as a whole while nothing can be put into it, so that they are not put off one by one. */
@Injectable()
export class LibraryWatch {
  private readonly logger = new Logger('Libraries');

  constructor(
    private readonly dataSource: DataSource,
    private readonly holds: LibraryHolds,
    private readonly targets: TargetCheck,
  ) {}

  /** One of its jobs could not begin: is it the library, or that file's folder alone? */
  async suspect(libraryId: number, code: string): Promise<void> {
    if (SUSPICIOUS.has(code)) await this.look(libraryId);
  }

  /** Lets those begin again into which files can be put by now. */
  async lookAgain(): Promise<void> {
    await Promise.all([...this.holds.all.keys()].map((id) => this.look(id)));
  }

  private async look(libraryId: number): Promise<void> {
    const library = await this.dataSource.manager.findOneBy(LibraryEntity, { id: libraryId });
    const reason = library === null ? null : await this.targets.checkLibrary(library);
    const before = this.holds.all.get(libraryId);
    this.holds.set(libraryId, reason);
    if (library === null || (before === undefined) === (reason === null)) return;
    if (reason === null) this.logger.log(`library ${library.name} takes new files again; its jobs go on`);
    else this.logger.warn(`the jobs of library ${library.name} wait: ${reason.message}`);
  }
}
