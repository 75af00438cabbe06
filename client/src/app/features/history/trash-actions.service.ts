import { inject, Service } from '@angular/core';
import type { Library, TrashEntry } from '#contracts';
import { SystemApi } from '../../core/api/system.api';
import { TrashApi } from '../../core/api/trash.api';
import { ConfirmService } from '../../ui/confirm.service';
import { failuresOf, type Failures } from '../../ui/failures.component';
import { formatBytes } from '../../ui/format/bytes';
import { Toasts } from '../../ui/toasts.service';
import { amount, nameOf, namesOf, files, sizeOf } from './trash-words';

const FOR_GOOD =
  'This cannot be undone: what lies in the library stays, and what is deleted can never be put back.';

/** What a person can do to the trash: the questions before, the deed, and the news after. A deed gives null where all went well. */
@Service()
export class TrashActions {
  private readonly api = inject(TrashApi);
  private readonly system = inject(SystemApi);
  private readonly confirm = inject(ConfirmService);
  private readonly toasts = inject(Toasts);

  askToRestore(entries: readonly TrashEntry[]): Promise<boolean> {
    const one = entries.length === 1;
    return this.confirm.ask({
      heading: one ? 'Put it back?' : `Put ${files(entries.length)} back?`,
      text: [
        one ? (entries[0]?.originalPath ?? '') : namesOf(entries),
        one
          ? 'It takes its place in the library again, and what lies there now goes into the trash instead.'
          : 'Each takes its place in the library again, and what lies there now goes into the trash instead.',
        'An original that was put back is left alone until somebody queues it again, on the page of its library.',
      ],
      confirm: one ? 'Put it back' : 'Put them back',
    });
  }

  async restore(entries: readonly TrashEntry[]): Promise<Failures | null> {
    const one = entries.length === 1 ? `“${namesOf(entries)}”` : null;
    try {
      const { results } = await this.api.restoreMany(entries.map((entry) => entry.id));
      const restored = results.filter((result) => result.restored).length;
      if (restored > 0)
        this.toasts.done(one ? `${one} is back in its place.` : `Put back: ${files(restored)}.`);
      return failuresOf(
        `Not put back: ${files(results.length - restored)}`,
        results.filter((result) => !result.restored),
        among(entries),
      );
    } catch (error) {
      this.toasts.failed(one ? `${one} was not put back.` : 'The files were not put back.', error);
      return null;
    }
  }

  askToDelete(entries: readonly TrashEntry[]): Promise<boolean> {
    return this.confirm.ask({
      heading: `Delete ${files(entries.length)} for good?`,
      text: [namesOf(entries), `${formatBytes(sizeOf(entries))} are deleted. ${FOR_GOOD}`],
      confirm: 'Delete',
      danger: true,
    });
  }

  async delete(entries: readonly TrashEntry[]): Promise<Failures | null> {
    try {
      const { deleted, bytes, kept } = await this.api.delete(entries.map((entry) => entry.id));
      if (deleted > 0) this.toasts.done(`Deleted: ${amount(deleted, bytes)}.`);
      return failuresOf(`Not deleted: ${files(kept.length)}`, kept, among(entries));
    } catch (error) {
      this.toasts.failed('The files were not deleted.', error);
      return null;
    }
  }

  /**
   * @param library null: the trash of all
   * @param bytes that it holds
   */
  askToEmpty(library: Library | null, count: number, bytes: number): Promise<boolean> {
    return this.confirm.ask({
      heading: library ? `Empty the trash of “${library.name}”?` : 'Empty the whole trash?',
      text: [`${amount(count, bytes)} are deleted. ${FOR_GOOD}`],
      confirm: 'Empty the trash',
      danger: true,
    });
  }

  /** Resolves when the server is done with it, which can take long; the news come even when the page has been left. */
  async empty(library: Library | null): Promise<null> {
    try {
      const command = await this.system.finished(
        await this.system.run({ name: 'EmptyTrash', ...(library ? { libraryId: library.id } : {}) }),
      );
      if (command.status === 'failed') throw new Error(command.message ?? 'The server did not say why.');
      this.toasts.done(command.message ?? 'The trash was emptied.');
    } catch (error) {
      this.toasts.failed('The trash was not emptied.', error);
    }
    return null;
  }
}

function among(entries: readonly TrashEntry[]): (id: number) => string {
  return (id) => {
    const entry = entries.find((one) => one.id === id);
    return entry ? nameOf(entry) : `Entry ${id}`;
  };
}
