import { computed, inject, Service } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { merge, timer } from 'rxjs';
import { SystemApi } from '../api/system.api';
import { Realtime } from '../realtime/realtime.service';

/** ms between two looks at the server's health: it has no event of its own */
const LOOK_EVERY_MS = 60_000;

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
    merge(timer(LOOK_EVERY_MS, LOOK_EVERY_MS), inject(Realtime).resync)
      .pipe(takeUntilDestroyed())
      .subscribe(() => {
        this.health.reload();
      });
  }
}
