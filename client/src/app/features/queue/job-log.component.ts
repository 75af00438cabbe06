import {
  afterRenderEffect,
  Component,
  computed,
  effect,
  type ElementRef,
  inject,
  input,
  viewChild,
} from '@angular/core';
import { JobsApi } from '../../core/api/jobs.api';
import { CopyButtonComponent } from '../../ui/copy-button.component';
import { IconComponent } from '../../ui/icon.component';

/** ms between two fetches while the job is at work */
const RELOAD_MS = 3000;
/** More lines than this make a page slow, and nobody reads them here. */
const SHOWN_LINES = 2000;

/** A job's log. It follows the end of the text until somebody scrolls up. */
@Component({
  selector: 'app-job-log',
  imports: [CopyButtonComponent, IconComponent],
  template: `
    <section class="card" aria-labelledby="log-heading">
      <div class="card-head">
        <h2 id="log-heading">Log</h2>
        <div class="button-row">
          @if (text()) {
            <app-copy-button [text]="text()" />
          }
          <a class="button small" target="_blank" rel="noopener" [href]="url()">
            <app-icon name="external" [size]="15" />
            Open
          </a>
        </div>
      </div>
      @if (hidden() > 0) {
        <p class="note muted">The last {{ shown }} lines. The whole log opens in a tab of its own.</p>
      }
      @if (log.problem()?.status === 404 || (log.value() !== undefined && !text())) {
        <p class="note muted">Nothing has been written yet.</p>
      } @else if (log.problem(); as problem) {
        <p class="note muted">The log could not be loaded: {{ problem.message }}</p>
      } @else {
        <!-- a keyboard must be able to scroll it -->
        <pre tabindex="0" aria-label="Log of this job" (scroll)="scrolled()" #box>{{ text() || ' ' }}</pre>
      }
    </section>
  `,
  styles: `
    .note {
      padding: 14px 16px;
    }

    pre {
      min-height: 120px;
      max-height: 460px;
      padding: 12px 16px;
      overflow: auto;
      border-radius: 0 0 var(--radius-large) var(--radius-large);
      background: var(--surface-sunken);
      font-size: 12px;
      line-height: 1.55;
      tab-size: 4;
    }

    pre:focus-visible {
      outline-offset: -2px;
    }
  `,
})
export class JobLogComponent {
  private readonly api = inject(JobsApi);
  readonly jobId = input.required<number>();
  readonly running = input.required<boolean>();

  protected readonly log = this.api.log(this.jobId);
  private readonly box = viewChild<ElementRef<HTMLElement>>('box');
  private followsEnd = true;

  protected readonly shown = SHOWN_LINES;
  private readonly lines = computed(() => (this.log.value() ?? '').trimEnd().split('\n'));
  protected readonly hidden = computed(() => Math.max(0, this.lines().length - SHOWN_LINES));
  protected readonly text = computed(() => this.lines().slice(-SHOWN_LINES).join('\n'));
  protected readonly url = computed(() => this.api.logUrl(this.jobId()));

  constructor() {
    effect((onCleanup) => {
      if (!this.running()) return;
      const timer = setInterval(() => {
        this.log.reload();
      }, RELOAD_MS);
      onCleanup(() => {
        clearInterval(timer);
        // what was written last
        this.log.reload();
      });
    });
    afterRenderEffect(() => {
      this.text();
      const box = this.box()?.nativeElement;
      if (box && this.followsEnd) box.scrollTop = box.scrollHeight;
    });
  }

  protected scrolled(): void {
    const box = this.box()?.nativeElement;
    if (box) this.followsEnd = box.scrollHeight - box.scrollTop - box.clientHeight < 24;
  }
}
