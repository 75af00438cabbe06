import type { Lane } from '#contracts';
import { slotOf } from '#engine/command/encoders/needs.js';
import { filmParams } from '#engine/pipelines/film/params.js';
import { filmNeedsOfProfile } from '#engine/pipelines/film-needs.js';
import type { JobLotEntity, JobNeeds } from './job-lot.entity.js';

/** What decides on a job's lot, beside its library and its size. */
export interface Work {
  needs: JobNeeds;
  slot: JobLotEntity['slot'];
}

/** @returns what a job needs as far as its parameters tell; null: they cannot be read, or it is no film's */
function needsOf({
  pipeline,
  params,
}: {
  pipeline: string;
  params: unknown;
}): Omit<JobNeeds, 'pipeline'> | null {
  const result = filmParams.safeParse(params);
  return result.success ? filmNeedsOfProfile(pipeline, result.data.profile) : null;
}

const NOTHING = { tools: [], encoders: [], filters: [], gpuEncoders: [] };

/**
 * What a job needs of which nothing is known but what it is to be given. A pipeline that is not known here needs no tools.
 * @param lane for pipelines that say themselves which slot they want
 */
export function workOf(job: { pipeline: string; params: unknown }, lane: Lane = 'cpu'): Work {
  const needs = needsOf(job);
  return needs === null
    ? { needs: { pipeline: job.pipeline, ...NOTHING }, slot: lane.startsWith('gpu') ? 'gpu' : 'cpu' }
    : workFor(job.pipeline, needs);
}

export function workFor(pipeline: string, needs: Omit<JobNeeds, 'pipeline'>): Work {
  return { needs: { pipeline, ...needs }, slot: slotOf(needs) };
}
