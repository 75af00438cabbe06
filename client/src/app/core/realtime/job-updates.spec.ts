import { describe, expect, it } from 'vitest';
import type { Job, JobProgress, Page } from '#contracts';
import { applyJob, applyProgress } from './job-updates';

function aJob(change: Partial<Job> = {}): Job {
  return {
    id: 1,
    parentId: null,
    pipeline: 'compress',
    state: 'running',
    lane: 'cpu',
    libraryId: 1,
    libraryName: 'Films',
    fileId: 1,
    title: 'a.mkv',
    nodeId: 1,
    nodeName: 'nas',
    attempt: 1,
    maxAttempts: 3,
    size: 1000,
    expectedSaving: 500,
    front: 0,
    openChildren: 0,
    reason: null,
    progress: null,
    createdAt: '2026-01-01T00:00:00Z',
    updatedAt: '2026-01-01T00:00:00Z',
    notBefore: null,
    deferredSince: null,
    ...change,
  };
}

function aPage(...records: Job[]): Page<Job> {
  return { page: 1, pageSize: 50, totalRecords: 10, records };
}

describe('applyJob', () => {
  const page = aPage(aJob({ id: 1 }), aJob({ id: 2 }));

  it('exchanges a job that stays', () => {
    const change = applyJob(page, aJob({ id: 2, state: 'delivering' }), ['running', 'delivering']);
    expect(change.stale).toBe(false);
    expect(change.page.records.map((job) => job.state)).toEqual(['running', 'delivering']);
  });

  it('takes out a job that leaves, and wants a fetch', () => {
    const change = applyJob(page, aJob({ id: 1, state: 'completed' }), ['running']);
    expect(change.stale).toBe(true);
    expect(change.page.records.map((job) => job.id)).toEqual([2]);
    expect(change.page.totalRecords).toBe(9);
  });

  it('wants a fetch for a job that enters', () => {
    const change = applyJob(page, aJob({ id: 3 }), ['running']);
    expect(change).toEqual({ page, stale: true });
  });

  it('wants a fetch when a job was moved to the front', () => {
    expect(applyJob(page, aJob({ id: 2, front: 7 }), ['running']).stale).toBe(true);
  });

  it('does not care for a job of another kind', () => {
    expect(applyJob(page, aJob({ id: 3, state: 'completed' }), ['running'])).toEqual({ page, stale: false });
  });
});

describe('applyProgress', () => {
  const progress: JobProgress = {
    step: 'encode',
    stepIndex: 2,
    stepCount: 5,
    percent: 40,
    fps: 24,
    speed: 1,
    etaSeconds: 60,
    projectedBytes: 1000,
  };

  it('changes the one job and nothing else', () => {
    const page = aPage(aJob({ id: 1 }), aJob({ id: 2 }));
    const next = applyProgress(page, 2, progress);
    expect(next.records[0]).toBe(page.records[0]);
    expect(next.records[1]?.progress).toEqual(progress);
    expect(page.records[1]?.progress).toBeNull();
  });

  it('leaves a page alone that does not show the job', () => {
    const page = aPage(aJob({ id: 1 }));
    expect(applyProgress(page, 9, progress)).toBe(page);
  });
});
