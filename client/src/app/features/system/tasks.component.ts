import { Component, inject, signal } from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { timer } from 'rxjs';
import type { CommandResource, TaskResource } from '#contracts';
import { SystemApi } from '../../core/api/system.api';
import { BadgeComponent } from '../../ui/badge.component';
import { DurationPipe, IntervalPipe } from '../../ui/format/format.pipes';
import { IconComponent } from '../../ui/icon.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { TimeComponent } from '../../ui/time.component';
import { Toasts } from '../../ui/toasts.service';
import type { Tone } from '../../ui/tone';

/** ms; tasks have no event of their own */
const LOOK_EVERY_MS = 5000;

const COMMAND_LOOKS: Readonly<Record<CommandResource['status'], { label: string; tone: Tone }>> = {
  queued: { label: 'Queued', tone: 'neutral' },
  started: { label: 'Running', tone: 'accent' },
  completed: { label: 'Done', tone: 'success' },
  failed: { label: 'Failed', tone: 'danger' },
};

/** What the server does by itself, and what people have asked of it. */
@Component({
  selector: 'app-system-tasks',
  imports: [
    BadgeComponent,
    DurationPipe,
    IconComponent,
    IntervalPipe,
    ProblemComponent,
    SkeletonComponent,
    TimeComponent,
  ],
  templateUrl: './tasks.component.html',
  styleUrl: './tasks.component.scss',
})
export class TasksComponent {
  private readonly api = inject(SystemApi);
  private readonly toasts = inject(Toasts);

  protected readonly tasks = this.api.tasks();
  protected readonly commands = this.api.commands();
  /** names of the tasks that were just asked for */
  protected readonly asked = signal<ReadonlySet<string>>(new Set());
  protected readonly looks = COMMAND_LOOKS;

  constructor() {
    timer(LOOK_EVERY_MS, LOOK_EVERY_MS)
      .pipe(takeUntilDestroyed())
      .subscribe(() => {
        this.reload();
      });
  }

  protected async run(task: TaskResource): Promise<void> {
    this.asked.update((names) => new Set([...names, task.name]));
    try {
      await this.api.run({ name: 'RunTask', task: task.name });
      this.toasts.done(`“${words(task.name)}” was started.`);
      this.reload();
    } catch (error) {
      this.toasts.failed(`“${words(task.name)}” was not started.`, error);
    } finally {
      this.asked.update((names) => new Set([...names].filter((name) => name !== task.name)));
    }
  }

  /** What a command is about: the task or the library that it names. */
  protected subject(command: CommandResource): string {
    const { task, libraryId } = command.body;
    if (typeof task === 'string') return words(task);
    return typeof libraryId === 'number' ? `library ${libraryId}` : '';
  }

  protected readonly words = words;

  private reload(): void {
    this.tasks.reload();
    this.commands.reload();
  }
}

/** A name of the code's as words: `EmptyTrash` and `empty-trash` -> `Empty trash`. */
function words(name: string): string {
  const spaced = name
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replace(/[-_]+/g, ' ')
    .toLowerCase();
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}
