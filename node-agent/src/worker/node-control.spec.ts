import type { NodeActivity, NodeSettings } from '#contracts';
import { describe, expect, it } from 'vitest';
import { BUSY_AFTER_MS, FREE_AFTER_MS } from './busy.js';
import { NodeControl } from './node-control.js';
import type { Rest } from './rest.js';

const WORK: NodeActivity = { mode: 'work', why: null };
const settings = (special: Partial<NodeSettings> = {}) =>
  ({ nice: 7, ioPriority: 'normal', pauseAboveCpu: 0, ...special }) as NodeSettings;

function controlled(activity = WORK, special: Partial<NodeSettings> = {}) {
  const control = new NodeControl(settings(special), activity);
  const rests: Rest['givesBack'][] = [];
  control.onRest = ({ givesBack }) => rests.push(givesBack);
  return { control, rests };
}

/** One sample a second for so long, from `from` on. @returns when it ended */
function observe(control: NodeControl, from: number, ms: number, percent: number): number {
  for (let at = from; at <= from + ms; at += 1000) control.observe(percent, at);
  return from + ms;
}

describe.runIf(process.platform !== 'win32')('NodeControl', () => {
  it('rests from the start when the server says so', () => {
    const { control } = controlled({ mode: 'now', why: 'schedule' });
    expect(control.rest).toMatchObject({ why: 'schedule', takesJobs: false });
    expect(control.pause.paused).toBe(true);
  });

  it('says each change once', () => {
    const { control, rests } = controlled();
    control.apply(settings(), WORK);
    control.apply(settings(), { mode: 'afterJob', why: 'user' });
    control.apply(settings(), { mode: 'afterJob', why: 'user' });
    control.apply(settings(), { mode: 'giveBack', why: 'user' });
    control.apply(settings(), WORK);
    expect(rests).toEqual(['not begun', 'all', 'none']);
  });

  it('lets jobs begin again when the rest ends, and forgets who no longer waits', async () => {
    const { control } = controlled({ mode: 'now', why: 'user' });
    const controller = new AbortController();
    const gone = control.whenTaking(controller.signal);
    const waiting = control.whenTaking(new AbortController().signal);
    controller.abort(new Error('no longer'));
    await expect(gone).rejects.toThrow('no longer');
    control.apply(settings(), WORK);
    await waiting;
    expect(control.pause.paused).toBe(false);
  });

  it('makes room for other programs and takes it back, but never against the server', () => {
    const { control } = controlled(WORK, { pauseAboveCpu: 50 });
    let at = observe(control, 0, BUSY_AFTER_MS, 80);
    expect(control.rest.why).toBe('busy');
    expect(control.pause.paused).toBe(true);
    control.apply(settings({ pauseAboveCpu: 50 }), { mode: 'now', why: 'user' });
    expect(control.rest.why).toBe('user');
    at = observe(control, at + 1000, FREE_AFTER_MS, 10);
    expect(control.pause.paused).toBe(true);
    control.apply(settings({ pauseAboveCpu: 50 }), WORK);
    expect(control.pause.paused).toBe(false);
    observe(control, at + 1000, BUSY_AFTER_MS, 80);
    control.apply(settings({ pauseAboveCpu: 0 }), WORK);
    control.observe(80, at + 60_000);
    expect(control.rest.takesJobs).toBe(true);
  });

  it('tells tools how to behave as it was said last', async () => {
    const { control } = controlled();
    expect(await control.toolOptions()).toEqual({ nice: 7, pause: control.pause });
    control.apply(settings({ nice: 0 }), WORK);
    expect((await control.toolOptions()).nice).toBe(0);
  });

  it.runIf(process.platform === 'linux')('asks for the disk after others', async () => {
    const { control } = controlled(WORK, { ioPriority: 'idle' });
    expect((await control.toolOptions()).io).toBe('idle');
  });
});
