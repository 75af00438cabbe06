import { Component, computed, inject } from '@angular/core';
import { SystemApi } from '../../core/api/system.api';
import { Clock } from '../../core/browser/clock.service';
import { HealthStore } from '../../core/health/health.store';
import { DurationPipe } from '../../ui/format/format.pipes';
import { secondsBetween } from '../../ui/format/time';
import { HealthNoticesComponent } from '../../ui/health-notices.component';
import { IconComponent } from '../../ui/icon.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';

/** How the server feels, and what it is. */
@Component({
  selector: 'app-system-status',
  imports: [DurationPipe, HealthNoticesComponent, IconComponent, ProblemComponent, SkeletonComponent],
  template: `
    <div class="stack">
      <section aria-labelledby="health-heading">
        <div class="section-head"><h2 id="health-heading">Health</h2></div>
        @if (store.health.problem(); as problem) {
          <app-problem
            heading="Health could not be asked for"
            [problem]="problem"
            [busy]="store.health.busy()"
            (retry)="store.health.reload()"
          />
        } @else if (!store.health.value()) {
          <div class="card"><app-skeleton [rows]="1" [height]="46" /></div>
        } @else if (store.notices().length > 0) {
          <app-health-notices [notices]="store.notices()" />
        } @else {
          <p class="notice tone-success"><app-icon name="check" />All is well.</p>
        }
      </section>
      <section class="card" aria-labelledby="about-heading">
        <div class="card-head"><h2 id="about-heading">About</h2></div>
        @if (status.problem(); as problem) {
          <div class="card-body">
            <app-problem
              heading="The status could not be loaded"
              [problem]="problem"
              [busy]="status.busy()"
              (retry)="status.reload()"
            />
          </div>
        } @else if (status.value(); as about) {
          <dl>
            <dt>Version</dt>
            <dd>{{ about.version }}</dd>
            <dt>Configuration folder</dt>
            <dd class="mono">{{ about.configDirectory }}</dd>
            <dt>URL base</dt>
            <dd class="mono">{{ about.urlBase || '/' }}</dd>
            <dt>Platform</dt>
            <dd>{{ about.platform }}</dd>
            <dt>Node.js</dt>
            <dd>{{ about.nodeVersion }}</dd>
            <dt>Up for</dt>
            <dd class="number">{{ uptime() | duration }}</dd>
            <dt>API description</dt>
            <dd><a target="_blank" rel="noopener" href="api/v1/openapi.json">openapi.json</a></dd>
            <dt>Licence</dt>
            <dd>GPL-3.0-or-later</dd>
          </dl>
        } @else {
          <app-skeleton [rows]="6" [height]="34" />
        }
      </section>
    </div>
  `,
  styles: `
    dl {
      display: grid;
      grid-template-columns: 200px minmax(0, 1fr);
      gap: 8px 24px;
      padding: 16px;
    }

    dt {
      color: var(--text-muted);
    }

    dd {
      overflow-wrap: anywhere;
    }

    @media (width <= 560px) {
      dl {
        grid-template-columns: minmax(0, 1fr);
        gap: 0;
      }

      dd {
        margin-bottom: 10px;
      }
    }
  `,
})
export class StatusComponent {
  private readonly clock = inject(Clock);
  protected readonly store = inject(HealthStore);
  protected readonly status = inject(SystemApi).status();
  protected readonly uptime = computed(() =>
    secondsBetween(this.status.value()?.startTime ?? null, null, this.clock.now()),
  );
}
