import { inject } from '@angular/core';
import type { CanDeactivateFn } from '@angular/router';
import { SessionService } from '../../core/auth/session.service';
import { ConfirmService } from '../confirm.service';

/** A page with something to lose. */
export interface HasUnsavedChanges {
  hasUnsavedChanges(): boolean;
}

/** Asks before what was typed is thrown away. With the session over, nothing could be saved, so nothing is asked. */
export const unsavedChangesGuard: CanDeactivateFn<HasUnsavedChanges> = (page) => {
  if (!page.hasUnsavedChanges() || inject(SessionService).state() === 'out') return true;
  return inject(ConfirmService).ask({
    heading: 'Leave without saving?',
    text: ['What you have changed on this page has not been saved.'],
    confirm: 'Leave',
    cancel: 'Stay',
    danger: true,
  });
};
