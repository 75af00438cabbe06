import type { Reason } from '#contracts';
import type { MeasuredStreams, MediaInfo, Stream } from '../media/media-info.js';
import type { Plan, StreamPlan } from '../plan/plan.types.js';

/** One way in which an output is not what was planned. */
export interface Finding extends Reason {
  /** the source's index of the stream; null when the whole file is meant */
  stream: number | null;
}

export interface VerifyInput {
  source: MediaInfo;
  sourceMeasured: MeasuredStreams;
  output: MediaInfo;
  outputMeasured: MeasuredStreams;
  plan: Plan;
}

/** A track of the source that the plan keeps, and the output's track in its place. */
export interface TrackPair {
  source: Stream;
  plan: StreamPlan;
  output: Stream | undefined;
}

/** What the two files' headers tell, before anything has been measured. */
export type HeaderInput = Pick<VerifyInput, 'source' | 'output' | 'plan'>;

export type Check = (input: VerifyInput, tracks: readonly TrackPair[]) => Finding[];
/** A check that needs no measured pass, and can be made again by who only has the headers. */
export type HeaderCheck = (input: HeaderInput, tracks: readonly TrackPair[]) => Finding[];
