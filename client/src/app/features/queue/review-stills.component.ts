import { Component, computed, inject, input, linkedSignal, signal } from '@angular/core';
import { JobsApi } from '../../core/api/jobs.api';
import { formatDuration } from '../../ui/format/time';

/** Of the whole length: most films have begun by then. */
const FIRST_LOOK = 0.2;
/** The last picture is not at the very end. */
const LAST_LOOK = 0.98;

/** The same moment of source and encode, side by side; which one is chosen by a slider. */
@Component({
  selector: 'app-review-stills',
  template: `
    <div class="pictures">
      @for (side of sides(); track side.of) {
        <figure>
          @if (broken().has(side.url)) {
            <p class="missing muted">There is no picture to be had of this moment.</p>
          } @else {
            <a target="_blank" rel="noopener" [href]="side.url">
              <img [src]="side.url" [alt]="side.alt" (error)="failed(side.url)" />
            </a>
          }
          <figcaption class="muted">{{ side.caption }}</figcaption>
        </figure>
      }
    </div>
    <div class="moment">
      <label for="moment">Moment</label>
      <input
        id="moment"
        type="range"
        min="0"
        step="any"
        [max]="last()"
        [value]="at()"
        (input)="shown.set(range.valueAsNumber)"
        (change)="at.set(range.valueAsNumber)"
        #range
      />
      <output class="number" for="moment">{{ words() }}</output>
    </div>
  `,
  styles: `
    .pictures {
      display: grid;
      grid-template-columns: repeat(2, minmax(0, 1fr));
      gap: 12px;
    }

    img,
    .missing {
      display: block;
      width: 100%;
      aspect-ratio: 16 / 9;
      object-fit: contain;
      border-radius: var(--radius);
      background: var(--surface-sunken);
    }

    .missing {
      display: grid;
      place-items: center;
      padding: 16px;
      text-align: center;
    }

    figcaption {
      margin-top: 4px;
      font-size: 12.5px;
    }

    .moment {
      display: flex;
      align-items: center;
      gap: 12px;
      margin-top: 10px;
    }

    .moment input {
      flex: 1;
      min-width: 0;
      accent-color: var(--accent);
    }

    .moment output {
      min-width: 84px;
      text-align: right;
    }

    @media (width <= 600px) {
      .pictures {
        grid-template-columns: minmax(0, 1fr);
      }
    }
  `,
})
export class ReviewStillsComponent {
  private readonly api = inject(JobsApi);

  readonly jobId = input.required<number>();
  /** the film's length */
  readonly seconds = input.required<number>();

  protected readonly last = computed(() => this.seconds() * LAST_LOOK);
  /** the moment whose pictures are asked for: where the slider was let go */
  protected readonly at = linkedSignal(() => this.seconds() * FIRST_LOOK);
  /** where the slider is */
  protected readonly shown = linkedSignal(() => this.at());
  protected readonly words = computed(() => formatDuration(Math.round(this.shown())));
  protected readonly broken = signal<ReadonlySet<string>>(new Set());
  protected readonly sides = computed(() =>
    (['source', 'output'] as const).map((of) => ({
      of,
      url: this.api.stillUrl(this.jobId(), { of, at: Number(this.at().toFixed(3)) }),
      caption: of === 'source' ? 'Now' : 'After approval',
      alt: of === 'source' ? 'A picture of the original' : 'The same moment of the encode',
    })),
  );

  protected failed(url: string): void {
    this.broken.update((urls) => new Set([...urls, url]));
  }
}
