import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canTransition,
  FINAL_JOB_STATES,
  isFinal,
  JOB_STATES,
  JOB_TRANSITIONS,
  type JobState,
} from './job.js';

const state = fc.constantFrom(...JOB_STATES);

describe('JOB_TRANSITIONS', () => {
  it('lets nothing leave a final state but a new run', () => {
    for (const final of FINAL_JOB_STATES) expect(JOB_TRANSITIONS[final]).toEqual(['pending']);
  });

  it('lets nothing but the server end a replacement well', () => {
    const before = JOB_STATES.filter((from) => canTransition(from, 'completed'));
    expect(before).toEqual(['replacing']);
  });

  it('leads from everywhere to an end', () => {
    const ends = (from: JobState): boolean => {
      const seen = new Set<JobState>();
      const open = [from];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (isFinal(next)) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        open.push(...JOB_TRANSITIONS[next]);
      }
      return false;
    };
    fc.assert(fc.property(state, (from) => ends(from)));
  });

  it('never stays where it is: a repeated message is no change', () => {
    fc.assert(fc.property(state, (from) => !canTransition(from, from)));
  });
});
