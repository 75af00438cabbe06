import { describe, expect, it } from 'vitest';
import { canTransition, JOB_STATES } from '#contracts';
import { canCancel, canMoveToFront, canRerun, JOB_GROUPS, jobLook, readable } from './job-state';

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

it('readable', () => {
  expect(readable('dolby-vision')).toBe('Dolby vision');
  expect(readable('verify_output')).toBe('Verify output');
});
