import { describe, expect, it } from 'vitest';
import { canTransition, JOB_STATES } from '#contracts';
import {
  attemptLook,
  canCancel,
  canMoveToFront,
  canRerun,
  JOB_GROUPS,
  jobLook,
  readable,
  shownSteps,
} from './job-state';

describe('job states', () => {
  it('are each in one tab', () => {
    expect(Object.values(JOB_GROUPS).flat().toSorted()).toEqual([...JOB_STATES].toSorted());
  });

  it.each(JOB_STATES)('%s offers only what the server allows', (state) => {
    expect(canCancel(state)).toBe(canTransition(state, 'cancelled'));
    if (canRerun(state)) expect(canTransition(state, 'pending')).toBe(true);
    if (canMoveToFront(state)) expect(canRerun(state)).toBe(false);
    expect(jobLook(state).label).not.toBe('');
  });
});

it.each([
  ['dolby_vision', 'Dolby Vision'],
  ['dolby-vision', 'Dolby Vision'],
  ['copy_source', 'Copy source'],
  ['get_metadata', 'Get metadata'],
  ['extract_p7', 'Extract P7'],
  ['convert_p8', 'Convert P8'],
  ['extract_rpu', 'Extract RPU'],
  ['reencode_x265', 'Reencode x265'],
  ['inject_rpu', 'Inject RPU'],
  ['remux_final', 'Remux final'],
  ['x265_encode', 'x265 encode'],
  ['drop_hdr10', 'Drop HDR10'],
  ['television', 'Television'],
  ['verify_output', 'Verify output'],
  ['_', ''],
  ['', ''],
])('%s reads %s', (name, words) => {
  expect(readable(name)).toBe(words);
});

const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:09.000Z';

describe('the steps of a job', () => {
  const attempt = { number: 1, nodeId: 1, nodeName: 'one', startedAt: AT, outcome: null, error: null };
  const done = { index: 0, name: 'stage', state: 'completed', startedAt: AT, endedAt: AT } as const;
  const begun = { index: 1, name: 'probe', state: 'running', startedAt: AT, endedAt: null } as const;

  it('run while their attempt does', () => {
    const steps = [done, begun];
    expect(shownSteps({ steps, attempts: [{ ...attempt, endedAt: null }] })).toEqual(steps);
    expect(shownSteps({ steps, attempts: [] })).toEqual(steps);
    const again = [
      { ...attempt, endedAt: LATER },
      { ...attempt, number: 2, endedAt: null },
    ];
    expect(shownSteps({ steps, attempts: again })).toEqual(steps);
  });

  it('ended with their attempt', () => {
    expect(shownSteps({ steps: [done, begun], attempts: [{ ...attempt, endedAt: LATER }] })).toEqual([
      done,
      { ...begun, state: 'pending', endedAt: LATER },
    ]);
  });
});

it.each([
  [{ outcome: null, endedAt: null, error: null }, 'Running', 'accent'],
  [{ outcome: 'delivered', endedAt: AT, error: null }, 'Delivered', 'success'],
  [{ outcome: 'deferred', endedAt: AT, error: { code: 'no_space', message: '' } }, 'Put off', 'warning'],
  [{ outcome: 'new_word', endedAt: AT, error: null }, 'New word', 'neutral'],
  [{ outcome: 'new_word', endedAt: AT, error: { code: 'x', message: '' } }, 'New word', 'danger'],
  [{ outcome: null, endedAt: AT, error: null }, 'Ended', 'neutral'],
] as const)('an attempt %j reads %s', (attempt, label, tone) => {
  expect(attemptLook(attempt)).toEqual({ label, tone });
});
