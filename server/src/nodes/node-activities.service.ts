import { Inject, Injectable } from '@nestjs/common';
import type { NodeActivity, Schedule } from '#contracts';
import { SettingsService } from '../settings/settings.service.js';
import type { NodeEntity } from './node.entity.js';

type Told = Pick<NodeEntity, 'enabled' | 'paused' | 'schedule' | 'outsideSchedule'>;

/** Whether a moment is in the hours, by the server's clock on the wall: an hour that a change of the clock repeats counts twice. */
export function isInSchedule(schedule: Schedule, now: Date): boolean {
  // Weeks begin on Sunday there, and on Monday here.
  const weekday = (now.getDay() + 6) % 7;
  return schedule[weekday]?.includes(now.getHours()) ?? true;
}

/** What a node is to do at a moment. What a person says counts more than the hours. */
export function activityOf({ enabled, paused, schedule, outsideSchedule }: Told, now: Date): NodeActivity {
  if (!enabled) return { mode: 'afterJob', why: 'disabled' };
  if (paused !== null) return { mode: paused, why: 'user' };
  if (schedule !== null && !isInSchedule(schedule, now)) return { mode: outsideSchedule, why: 'schedule' };
  return { mode: 'work', why: null };
}

/** What each node is to do just now: by what a person has said, and by its hours. */
@Injectable()
export class NodeActivities {
  constructor(@Inject(SettingsService) private readonly settings: Pick<SettingsService, 'nodes'>) {}

  of(node: NodeEntity, now = new Date()): NodeActivity {
    // What it runs it may finish and deliver; it could not fetch anything new.
    if (!node.builtIn && !this.settings.nodes.remoteNodes) return { mode: 'afterJob', why: 'disabled' };
    return activityOf(node, now);
  }
}
