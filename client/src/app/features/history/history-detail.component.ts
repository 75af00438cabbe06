import { Component, computed, input } from '@angular/core';
import { RouterLink } from '@angular/router';
import type { HistoryEntry } from '#contracts';
import { CopyButtonComponent } from '../../ui/copy-button.component';
import { BitRatePipe, BytesPipe, DurationPipe, SentencePipe } from '../../ui/format/format.pipes';
import { audioWords, codecName, EVENT_LOOKS } from './media-words';

/** All that history knows of one replacement. */
@Component({
  selector: 'app-history-detail',
  imports: [BitRatePipe, BytesPipe, CopyButtonComponent, DurationPipe, RouterLink, SentencePipe],
  templateUrl: './history-detail.component.html',
  styleUrl: './history-detail.component.scss',
})
export class HistoryDetailComponent {
  readonly entry = input.required<HistoryEntry>();

  protected readonly event = computed(() => EVENT_LOOKS[this.entry().event].label);
  protected readonly sides = computed(() => [
    { heading: 'Before', path: this.entry().sourcePath, facts: this.entry().source },
    { heading: 'After', path: this.entry().finalPath, facts: this.entry().output },
  ]);
  protected readonly audioWords = audioWords;
  protected readonly codecName = codecName;
}
