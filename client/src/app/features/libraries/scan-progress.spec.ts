import { describe, expect, it } from 'vitest';
import type { ScanStatus } from '#contracts';
import { scanView } from './scan-progress';

function aScan(change: Partial<ScanStatus> = {}, counts: Partial<ScanStatus['counts']> = {}): ScanStatus {
  return {
    libraryId: 1,
    state: 'running',
    phase: 'walking',
    counts: {
      folders: 10,
      files: 40,
      media: 20,
      unchanged: 0,
      added: 0,
      changed: 0,
      moved: 0,
      missing: 0,
      waiting: 0,
      passedOver: 0,
      problems: 0,
      probed: 0,
      ...counts,
    },
    toProbe: 0,
    problems: [],
    error: null,
    walkMs: null,
    startedAt: '2026-01-01T00:00:00Z',
    endedAt: null,
    ...change,
  };
}

describe('scanView', () => {
  it('knows no percentage while it walks', () => {
    expect(scanView(aScan())).toMatchObject({
      percent: null,
      running: true,
      text: 'Reading folders, 20 media files in 10 folders',
    });
  });

  it('counts the probes', () => {
    const view = scanView(aScan({ phase: 'probing', toProbe: 15 }, { probed: 5 }));
    expect(view).toMatchObject({ percent: 25, text: 'Looking into files, 5 of 20' });
  });

  it('has no percentage when there is nothing to probe', () => {
    expect(scanView(aScan({ phase: 'probing' })).percent).toBeNull();
  });

  it('says that it is paused', () => {
    expect(scanView(aScan({ state: 'paused' }))).toMatchObject({ paused: true, running: false });
    expect(scanView(aScan({ state: 'paused' })).text).toMatch(/^Paused while reading/);
  });

  it('tells what has changed at the end', () => {
    const view = scanView(aScan({ state: 'completed', phase: 'done' }, { added: 3, missing: 1 }));
    expect(view.text).toBe('Last scan: 20 media files in 10 folders, 3 new, 1 missing');
    expect(scanView(aScan({ state: 'completed', phase: 'done' })).text).toContain('nothing new');
  });

  it('gives the reason of a failure', () => {
    expect(scanView(aScan({ state: 'failed', error: 'The folder is gone.' }))).toMatchObject({
      failed: true,
      text: 'The folder is gone.',
    });
  });
});
