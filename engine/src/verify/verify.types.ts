import type { Reason } from '#contracts';
import type { MeasuredStreams, MediaInfo, Stream } from '../media/media-info.js';
import type { AddedAudio, Plan, StreamPlan } from '../plan/plan.types.js';
import type { MeasuredContent } from './content/content.types.js';
import type { FindingCode } from './finding-codes.js';

/** One way in which an output is not what was planned. */
export interface Finding extends Reason {
  code: FindingCode;
  /** the source's index of the stream; null when the whole file is meant */
  stream: number | null;
}

export interface VerifyInput {
  source: MediaInfo;
  sourceMeasured: MeasuredStreams;
  output: MediaInfo;
  outputMeasured: MeasuredStreams;
  plan: Plan;
  /** of the encoded picture; counted only when the packets do not explain the output's frames */
  sourceFrames?: DecodedFrames;
}

/** What a decoder makes of a stream's packets. */
export interface DecodedFrames {
  frames: number;
  /** it complained: some of what is in the file cannot be shown by anybody */
  damaged: boolean;
}

/** A track of the output as planned, the source's stream that it is made from, and what is really in its place. */
export interface TrackPair {
  source: Stream;
  plan: StreamPlan;
  /** for a track that stands beside the one that the stream itself becomes */
  added: AddedAudio | null;
  output: Stream | undefined;
}

/** What the two files' headers tell, before anything has been measured. */
export type HeaderInput = Pick<VerifyInput, 'source' | 'output' | 'plan'>;

export type Check = (input: VerifyInput, tracks: readonly TrackPair[]) => Finding[];
/** A check that needs no measured pass, and can be made again by who only has the headers. */
export type HeaderCheck = (input: HeaderInput, tracks: readonly TrackPair[]) => Finding[];
/** A check of what samples of both files show and let hear. */
export type ContentCheck = (content: MeasuredContent) => Finding[];
