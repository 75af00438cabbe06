import { computed, signal, type Signal } from '@angular/core';

/**
 * Which of a page's rows are chosen. A row that leaves the page leaves the choice with it, so that nothing is done to
 * what cannot be seen.
 */
export class Selection<T extends { id: number }> {
  private readonly chosen = signal<ReadonlySet<number>>(new Set());

  /** the chosen rows, in the page's order */
  readonly rows = computed(() => this.choosable().filter((row) => this.chosen().has(row.id)));
  /** of those that can be chosen */
  readonly extent = computed<'none' | 'some' | 'all'>(() => {
    const count = this.rows().length;
    return count === 0 ? 'none' : count === this.choosable().length ? 'all' : 'some';
  });

  /** @param choosable the rows on the page that can be chosen */
  constructor(private readonly choosable: Signal<readonly T[]>) {}

  has(id: number): boolean {
    return this.chosen().has(id);
  }

  toggle(id: number): void {
    this.chosen.update((chosen) => {
      const next = new Set(chosen);
      if (!next.delete(id)) next.add(id);
      return next;
    });
  }

  /** Chooses every row of the page, or none where all are chosen. */
  toggleAll(): void {
    this.chosen.set(this.extent() === 'all' ? new Set() : new Set(this.choosable().map((row) => row.id)));
  }

  clear(): void {
    this.chosen.set(new Set());
  }
}
