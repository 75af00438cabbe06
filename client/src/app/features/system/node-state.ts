import type { NodeResource, NodeReach } from '#contracts';
import type { Tone } from '../../ui/tone';

/** What is told of a node's state in a word or two. */
export interface NodeState {
  label: string;
  tone: Tone;
}

type Told = Pick<NodeResource, 'state' | 'enabled' | 'builtIn' | 'activity' | 'resting'>;

/** Away counts most, then what a person has said, then what the node decided by itself. */
export function stateOf({ state, enabled, activity, resting }: Told): NodeState {
  if (!enabled) return { label: 'Switched off', tone: 'warning' };
  if (state === 'offline') return { label: 'Offline', tone: 'danger' };
  switch (activity.why ?? resting) {
    case 'user':
      return { label: 'Paused', tone: 'warning' };
    case 'schedule':
      return { label: 'Outside its hours', tone: 'neutral' };
    // it is enabled itself, so it is nodes on other machines that are switched off
    case 'disabled':
      return { label: 'Not let in', tone: 'warning' };
    case 'busy':
      return { label: 'Makes way for other programs', tone: 'neutral' };
    case null:
      return { label: 'Online', tone: 'success' };
  }
}

/** Whether a person has told it to rest. */
export function isPaused({ activity }: Pick<NodeResource, 'activity'>): boolean {
  return activity.why === 'user';
}

const WAYS: Readonly<Record<NodeReach['way'], string>> = {
  same: 'reads it at the same path',
  mapped: 'reads it at its own path',
  transfer: 'is sent its files over the network',
  none: 'cannot get at its files',
};

export function wayTo({ way }: Pick<NodeReach, 'way'>): string {
  return WAYS[way];
}

/** Tags as they are typed, with commas or spaces between them. */
export function tagsOf(text: string): string[] {
  return [...new Set(text.toLowerCase().split(/[\s,]+/))].filter((tag) => tag !== '');
}
