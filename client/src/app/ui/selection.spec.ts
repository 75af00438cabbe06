import { signal } from '@angular/core';
import { describe, expect, it } from 'vitest';
import { Selection } from './selection';

const rows = (...ids: number[]) => ids.map((id) => ({ id }));
const idsOf = (selection: Selection<{ id: number }>) => selection.rows().map((row) => row.id);

describe('a selection', () => {
  it('keeps the order of the page, not that of the clicks', () => {
    const selection = new Selection(signal(rows(1, 2, 3)));
    for (const id of [3, 1]) selection.toggle(id);
    expect(idsOf(selection)).toEqual([1, 3]);
    selection.toggle(3);
    expect(idsOf(selection)).toEqual([1]);
  });

  it('chooses all, and none once all are chosen', () => {
    const selection = new Selection(signal(rows(1, 2)));
    expect(selection.extent()).toBe('none');
    selection.toggle(2);
    expect(selection.extent()).toBe('some');
    selection.toggleAll();
    expect([selection.extent(), idsOf(selection)]).toEqual(['all', [1, 2]]);
    selection.toggleAll();
    expect([selection.extent(), idsOf(selection)]).toEqual(['none', []]);
  });

  it('does not hold what has left the page', () => {
    const page = signal(rows(1, 2));
    const selection = new Selection(page);
    selection.toggleAll();
    page.set(rows(2, 3));
    expect([selection.extent(), idsOf(selection)]).toEqual(['some', [2]]);
    page.set([]);
    expect([selection.extent(), idsOf(selection)]).toEqual(['none', []]);
  });
});
