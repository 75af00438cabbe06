import { Component, computed, input } from '@angular/core';
import type { JobState } from '#contracts';
import { BadgeComponent } from '../../ui/badge.component';
import { jobLook } from './job-state';

/** A job's state. */
@Component({
  selector: 'app-job-badge',
  imports: [BadgeComponent],
  template: `<app-badge [tone]="look().tone" [title]="look().meaning">{{ look().label }}</app-badge>`,
})
export class JobBadgeComponent {
  readonly state = input.required<JobState>();
  protected readonly look = computed(() => jobLook(this.state()));
}
