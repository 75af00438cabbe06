import type { NodeActivity } from '#contracts';
import { describe, expect, it } from 'vitest';
import { restOf, type Rest } from './rest.js';

describe('restOf', () => {
  it.each<[NodeActivity['mode'], boolean, boolean, Rest['why'], Omit<Rest, 'why'>]>([
    ['work', false, true, null, { takesJobs: true, stopped: false, givesBack: 'none' }],
    ['work', true, true, 'busy', { takesJobs: false, stopped: true, givesBack: 'none' }],
    ['work', true, false, 'busy', { takesJobs: false, stopped: false, givesBack: 'none' }],
    ['now', false, true, 'user', { takesJobs: false, stopped: true, givesBack: 'none' }],
    ['now', true, true, 'user', { takesJobs: false, stopped: true, givesBack: 'none' }],
    ['now', false, false, 'user', { takesJobs: false, stopped: false, givesBack: 'not begun' }],
    ['afterJob', false, true, 'user', { takesJobs: false, stopped: false, givesBack: 'not begun' }],
    ['afterJob', true, true, 'user', { takesJobs: false, stopped: true, givesBack: 'not begun' }],
    ['afterJob', true, false, 'user', { takesJobs: false, stopped: false, givesBack: 'not begun' }],
    ['giveBack', false, true, 'user', { takesJobs: false, stopped: false, givesBack: 'all' }],
    ['giveBack', true, true, 'user', { takesJobs: false, stopped: false, givesBack: 'all' }],
  ])('%s, busy: %s, can stop: %s', (mode, busy, canStop, why, wanted) => {
    const activity: NodeActivity = { mode, why: mode === 'work' ? null : 'user' };
    expect(restOf(activity, busy, canStop)).toEqual({ why, ...wanted });
  });
});
