import { Component, computed, inject, input } from '@angular/core';
import { Clock } from '../core/browser/clock.service';
import { axisEnd, fillDays, type DayValue } from './daily-chart';
import { formatBytes } from './format/bytes';

const DAYS = 30;
const WIDTH = 720;
const HEIGHT = 150;
const LEFT = 58;
const TOP = 8;
const BOTTOM = 22;

const shortDay = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/** Bytes saved, a bar a day for the last thirty days. */
@Component({
  selector: 'app-daily-chart',
  template: `
    <svg [attr.viewBox]="viewBox" role="img" [attr.aria-label]="summary()">
      @for (line of lines(); track line.y) {
        <line class="grid" [attr.x1]="left" [attr.x2]="width" [attr.y1]="line.y" [attr.y2]="line.y" />
        <text class="label" text-anchor="end" [attr.x]="left - 8" [attr.y]="line.y + 4">{{ line.text }}</text>
      }
      @for (bar of bars(); track bar.day) {
        <g class="day">
          <title>{{ bar.title }}</title>
          <rect
            class="catch"
            [attr.x]="bar.x - bar.gap / 2"
            [attr.y]="top"
            [attr.width]="bar.width + bar.gap"
            [attr.height]="plotHeight"
          />
          <rect
            class="bar"
            rx="2"
            [class.loss-bar]="bar.loss"
            [attr.x]="bar.x"
            [attr.y]="bar.y"
            [attr.width]="bar.width"
            [attr.height]="bar.height"
          />
        </g>
        @if (bar.label) {
          <text class="label" [attr.text-anchor]="bar.anchor" [attr.x]="bar.labelX" [attr.y]="labelY">
            {{ bar.label }}
          </text>
        }
      }
    </svg>
  `,
  styles: `
    :host {
      display: block;
    }

    svg {
      display: block;
      width: 100%;
      height: auto;
    }

    .grid {
      stroke: var(--border);
      stroke-width: 1;
    }

    .label {
      fill: var(--text-faint);
      font-size: 11px;
      font-variant-numeric: tabular-nums;
    }

    .catch {
      fill: transparent;
    }

    .day:hover .catch {
      fill: var(--surface-hover);
    }

    .bar {
      fill: var(--accent);
    }

    .loss-bar {
      fill: var(--danger);
    }

    @media (width <= 768px) {
      .label {
        font-size: 19px;
      }
    }
  `,
})
export class DailyChartComponent {
  private readonly clock = inject(Clock);
  readonly values = input.required<readonly DayValue[]>();

  protected readonly width = WIDTH;
  protected readonly left = LEFT;
  protected readonly top = TOP;
  protected readonly labelY = HEIGHT - 5;
  protected readonly plotHeight = HEIGHT - TOP - BOTTOM;
  protected readonly viewBox = `0 0 ${WIDTH} ${HEIGHT}`;

  /** ms; changes at midnight alone, so that the clock does not redraw the chart */
  private readonly today = computed(() => Math.floor(this.clock.now() / 86_400_000) * 86_400_000);
  private readonly days = computed(() => fillDays(this.values(), DAYS, this.today()));
  private readonly end = computed(() => axisEnd(Math.max(...this.days().map((day) => Math.abs(day.saved)))));

  protected readonly lines = computed(() =>
    [0, 0.5, 1].map((share) => ({
      y: TOP + this.plotHeight * (1 - share),
      text: share === 0 ? '0' : shorter(formatBytes(this.end() * share)),
    })),
  );

  protected readonly bars = computed(() => {
    const slot = (WIDTH - LEFT) / DAYS;
    const gap = slot * 0.3;
    return this.days().map((day, index) => {
      const share = Math.abs(day.saved) / this.end();
      const height = day.saved === 0 ? 0 : Math.max(2, share * this.plotHeight);
      const x = LEFT + index * slot + gap / 2;
      const date = shortDay.format(Date.parse(day.day));
      const last = index === DAYS - 1;
      return {
        day: day.day,
        x,
        y: TOP + this.plotHeight - height,
        width: slot - gap,
        gap,
        height,
        loss: day.saved < 0,
        title: `${date}: ${formatBytes(day.saved)} saved, ${day.files} ${day.files === 1 ? 'file' : 'files'}`,
        label: index === 0 ? date : index === Math.floor(DAYS / 2) ? date : last ? 'Today' : null,
        labelX: index === 0 ? x : last ? WIDTH : x + (slot - gap) / 2,
        anchor: index === 0 ? 'start' : last ? 'end' : 'middle',
      };
    });
  });

  protected readonly summary = computed(() => {
    const total = this.days().reduce((sum, day) => sum + day.saved, 0);
    return `Saved in the last ${DAYS} days: ${formatBytes(total)}`;
  });
}

/** An axis has round numbers: `5 GiB`, not `5.00 GiB`. */
function shorter(text: string): string {
  return text.replace(/\.0+ /, ' ').replace(/(\.\d)0 /, '$1 ');
}
