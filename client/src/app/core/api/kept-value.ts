import type { ResourceSnapshot } from '@angular/core';

/** The states of a resource that decide on what is shown of it. */
type Status = ResourceSnapshot<unknown>['status'];

/**
 * Whether what was fetched last is still shown: while the next page or a reload is on its way, and when a reload fails.
 * Where it is a request for something else that fails, the old answer would stand under the new question.
 *
 * @param before the status that came before, undefined where there was none
 */
export function keepsValue(status: Status, before: Status | undefined): boolean {
  return status !== 'error' || before !== 'loading';
}
