import { computed, inject, Service } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { merge, switchMap, take, timer } from 'rxjs';
import { SystemApi } from '../api/system.api';
import { Realtime } from '../realtime/realtime.service';

/** ms between two looks at the server's health: it has no event of its own */
const LOOK_EVERY_MS = 60_000;
/** ms between the looks at a server that has just come back, whose nodes are not all back yet, and how many there are */
const RETURN_LOOK_EVERY_MS = 8000;
const RETURN_LOOKS = 3;

/** The server's health notices, shared by the sidebar, the dashboard and the system page. The shell provides it: it ends with the session. */
@Service({ autoProvided: false })
export class HealthStore {
  readonly health = inject(SystemApi).health();
  /** those that want something to be done */
  readonly notices = computed(() => this.health.value()?.filter((notice) => notice.type !== 'ok') ?? []);
  readonly worst = computed(() => {
    const types = this.notices().map((notice) => notice.type);
    return types.includes('error')
      ? 'danger'
      : types.includes('warning')
        ? 'warning'
        : types.length > 0
          ? 'info'
          : null;
  });

  constructor() {
    const returns = inject(Realtime).resync.pipe(
      switchMap(() => timer(0, RETURN_LOOK_EVERY_MS).pipe(take(RETURN_LOOKS))),
    );
    merge(timer(LOOK_EVERY_MS, LOOK_EVERY_MS), returns)
      .pipe(takeUntilDestroyed())
      .subscribe(() => {
        this.health.reload();
      });
  }
}
