import { Component, computed, inject, input } from '@angular/core';
import { Clock } from '../core/browser/clock.service';
import { axisEnd, fillDays, type DayValue } from './daily-chart';
import { formatBytes } from './format/bytes';

const DAYS = 30;
const DAY_MS = 86_400_000;

/** Of a day's slot, how much its bar takes; both in the drawing's units, of which a slot is 10 wide and the plot 100 high. */
const SLOT = 10;
const BAR = 7;
const HEIGHT = 100;

const shortDay = new Intl.DateTimeFormat('en', { day: 'numeric', month: 'short', timeZone: 'UTC' });

/**
 * Bytes saved, a bar a day for the last thirty days. The bars are an SVG that is stretched to whatever room there is;
 * the words stand outside it, so that they keep their size.
 */
@Component({
  selector: 'app-daily-chart',
  templateUrl: './daily-chart.component.html',
  styleUrl: './daily-chart.component.scss',
})
export class DailyChartComponent {
  private readonly clock = inject(Clock);
  readonly values = input.required<readonly DayValue[]>();

  protected readonly viewBox = `0 0 ${DAYS * SLOT} ${HEIGHT}`;
  protected readonly slot = SLOT;
  protected readonly barWidth = BAR;
  protected readonly height = HEIGHT;

  /** ms; changes at midnight alone, so that the clock does not redraw the chart */
  private readonly today = computed(() => Math.floor(this.clock.now() / DAY_MS) * DAY_MS);
  private readonly days = computed(() => fillDays(this.values(), DAYS, this.today()));
  private readonly end = computed(() => axisEnd(Math.max(...this.days().map((day) => Math.abs(day.saved)))));

  protected readonly axis = computed(() => [1, 0.5, 0].map((share) => roundWords(this.end() * share)));
  protected readonly firstDay = computed(() => shortDay.format(this.today() - (DAYS - 1) * DAY_MS));
  protected readonly middleDay = computed(() => shortDay.format(this.today() - (DAYS / 2 - 1) * DAY_MS));

  protected readonly bars = computed(() =>
    this.days().map((day, index) => {
      const height = day.saved === 0 ? 0 : Math.max(1.5, (Math.abs(day.saved) / this.end()) * HEIGHT);
      return {
        day: day.day,
        slotX: index * SLOT,
        x: index * SLOT + (SLOT - BAR) / 2,
        y: HEIGHT - height,
        height,
        loss: day.saved < 0,
        title: `${shortDay.format(Date.parse(day.day))}: ${formatBytes(day.saved)} saved, ${day.files} ${day.files === 1 ? 'file' : 'files'}`,
      };
    }),
  );

  protected readonly summary = computed(() => {
    const total = this.days().reduce((sum, day) => sum + day.saved, 0);
    return `Saved in the last ${DAYS} days: ${formatBytes(total)}`;
  });
}

/** An axis has round numbers: `5 GiB`, not `5.00 GiB`. */
function roundWords(bytes: number): string {
  if (bytes === 0) return '0';
  return formatBytes(bytes)
    .replace(/\.0+ /, ' ')
    .replace(/(\.\d)0 /, '$1 ');
}
