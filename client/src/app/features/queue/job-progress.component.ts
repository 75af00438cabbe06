import { Component, computed, input } from '@angular/core';
import type { Job } from '#contracts';
import { formatBytes, formatPercent } from '../../ui/format/bytes';
import { formatDuration } from '../../ui/format/time';
import { ProgressBarComponent } from '../../ui/progress-bar.component';
import { jobLook, readable } from './job-state';

/** Where a job at work stands: step, bar, and the rates that the tool reports. */
@Component({
  selector: 'app-job-progress',
  imports: [ProgressBarComponent],
  template: `
    <div class="line">
      <span class="step ellipsis">{{ step() }}</span>
      <span class="percent number">{{ percentText() }}</span>
    </div>
    <app-progress-bar [percent]="percent()" [label]="'Progress: ' + step()" />
    <ul class="rates number">
      @for (rate of rates(); track rate.label) {
        <li>
          <span class="label">{{ rate.label }}</span> {{ rate.value }}
        </li>
      }
    </ul>
  `,
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    .line {
      display: flex;
      justify-content: space-between;
      gap: 12px;
      margin-bottom: 4px;
      font-size: 12.5px;
    }

    .percent {
      font-weight: 600;
    }

    .rates {
      display: flex;
      flex-wrap: wrap;
      gap: 2px 16px;
      min-height: 20px;
      margin-top: 5px;
      font-size: 12.5px;
    }

    .label {
      color: var(--text-faint);
    }
  `,
})
export class JobProgressComponent {
  readonly job = input.required<Pick<Job, 'state' | 'progress' | 'size'>>();

  private readonly progress = computed(() => this.job().progress);
  protected readonly percent = computed(() => this.progress()?.percent ?? null);
  protected readonly percentText = computed(() => progressWords(this.percent()));
  protected readonly step = computed(() => {
    const { state } = this.job();
    const progress = this.progress();
    // the last step's progress says nothing any more once the result has left the node
    if (!progress || state === 'delivering' || state === 'replacing') return jobLook(state).label;
    return `${readable(progress.step)} (step ${progress.stepIndex + 1} of ${progress.stepCount})`;
  });
  protected readonly rates = computed(() => {
    const progress = this.progress();
    if (!progress) return [];
    const rates: { label: string; value: string }[] = [];
    if (progress.fps !== null)
      rates.push({ label: 'fps', value: progress.fps.toFixed(progress.fps < 10 ? 1 : 0) });
    if (progress.speed !== null) rates.push({ label: 'speed', value: `${progress.speed.toFixed(2)}×` });
    if (progress.etaSeconds !== null)
      rates.push({ label: 'left', value: formatDuration(progress.etaSeconds) });
    if (progress.projectedBytes !== null) {
      const share =
        this.job().size > 0 ? ` (${formatPercent((progress.projectedBytes / this.job().size) * 100)})` : '';
      rates.push({ label: 'projected', value: `${formatBytes(progress.projectedBytes)}${share}` });
    }
    return rates;
  });
}

/** `42.3 %`: with a digit, so that a long encode is seen to move, and never rounded up to a hundred. */
function progressWords(percent: number | null): string {
  return percent === null ? '' : `${(Math.floor(percent * 10) / 10).toFixed(1)} %`;
}
