import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { HistoryEntry } from '#contracts';
import { CopyButtonComponent } from '../../ui/copy-button.component';
import { BitRatePipe, BytesPipe, DurationPipe } from '../../ui/format/format.pipes';
import { audioWords, codecName, EVENT_WORDS } from './media-words';

/** All that history knows of one replacement. */
@Component({
  selector: 'app-history-detail',
  imports: [BitRatePipe, BytesPipe, CopyButtonComponent, DurationPipe, RouterLink],
  templateUrl: './history-detail.component.html',
  styleUrl: './history-detail.component.scss',
})
export class HistoryDetailComponent {
  readonly entry = input.required<HistoryEntry>();

  protected readonly event = computed(() => EVENT_WORDS[this.entry().event]);
  protected readonly sides = computed(() => [
    { heading: 'Before', path: this.entry().sourcePath, facts: this.entry().source },
    { heading: 'After', path: this.entry().finalPath, facts: this.entry().output },
  ]);
  protected readonly audioWords = audioWords;
  protected readonly codecName = codecName;
}
