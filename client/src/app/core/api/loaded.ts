import {
  computed,
  effect,
  linkedSignal,
  type ResourceRef,
  type ResourceSnapshot,
  type Signal,
} from '@angular/core';
import { ApiProblem } from './api-problem';
import { keepsValue } from './kept-value';

/**
 * What a page shows of a resource. Unlike a resource's own value, it stays while the next page or a reload is on
 * its way and when a reload fails (`keepsValue`), so that nothing jumps or vanishes on the screen.
 */
export interface Loaded<T> {
  /** the last good value; undefined until there is one */
  readonly value: Signal<T | undefined>;
  /** why the last request failed; undefined once one has succeeded */
  readonly problem: Signal<ApiProblem | undefined>;
  readonly busy: Signal<boolean>;
  /** Fetches again; asked for during a fetch, it fetches once more after it, for that one may already be stale. */
  reload(): void;
  /** Changes the value at hand, as news that came over the socket do, without disturbing a fetch under way. */
  update(change: (value: T) => T): void;
}

/** Needs an injection context. */
export function loaded<T>(source: ResourceRef<T | undefined>): Loaded<T> {
  const value = linkedSignal<ResourceSnapshot<T | undefined>, T | undefined>({
    source: source.snapshot,
    computation: (snapshot, previous) => {
      if (snapshot.status === 'resolved' || snapshot.status === 'local') return snapshot.value;
      return keepsValue(snapshot.status, previous?.source.status) ? previous?.value : undefined;
    },
  });
  let again = false;
  effect(() => {
    if (source.isLoading() || !again) return;
    again = false;
    source.reload();
  });
  return {
    value: value.asReadonly(),
    problem: computed(() => (source.status() === 'error' ? ApiProblem.from(source.error()) : undefined)),
    busy: source.isLoading,
    reload: () => {
      if (!source.reload()) again = true;
    },
    update: (change) => {
      value.update((current) => (current === undefined ? current : change(current)));
    },
  };
}
