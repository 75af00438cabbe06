import type { Reason } from '#contracts';
import type { MediaInfo, VideoStream } from '../media/media-info.js';
import type { Profile } from '../profile/schema.js';

/** What is decided about one file. Every stream of the source is in `streams` exactly once. */
export type Decision =
  { verdict: 'skip'; reason: Reason } | { verdict: 'encode'; reason: Reason; plan: Plan };

export interface Plan {
  container: 'mkv' | 'mp4' | 'webm';
  streams: StreamPlan[];
  /** bytes that the whole output is expected to have; a projection, not a promise */
  expectedSize: number;
  /** bytes above which going on makes no sense: the source less the minimum saving */
  sizeLimit: number;
}

export type StreamPlan = { index: number; reason: Reason } & StreamAction;

export type StreamAction =
  | { action: 'encode-video'; video: VideoEncode }
  | { action: 'encode-audio'; audio: AudioEncode }
  | { action: 'convert-subtitle'; format: 'srt' | 'webvtt' | 'mov_text' }
  | { action: 'copy' }
  | { action: 'drop' };

/** Everything that decides the picture; from it and the node's capabilities follow the arguments. */
export interface VideoEncode {
  codec: 'av1';
  crf: number;
  preset: number;
  filmGrain: number;
  filmGrainDenoise: boolean;
  pixelFormat: 'yuv420p' | 'yuv420p10le';
  /** frames between key frames */
  keyframeInterval: number;
  /** a filter graph's steps, in order, such as `bwdif=mode=send_frame` */
  filters: string[];
  /** size of the output's pixels, after rotation and rounding to even */
  width: number;
  height: number;
}

export interface AudioEncode {
  codec: 'opus';
  /** kbit/s */
  bitRate: number;
  /** channels of the output */
  channels: number;
  /** the output's layout, by ffmpeg's name, always one that Opus has */
  channelLayout: string;
  /** one filter that maps the source's channels without mixing any; null when they fit as they are */
  channelFilter: string | null;
}

/** One rule, one small file: it lets the file pass or names the reason for leaving it alone. */
export interface SourceRule {
  code: string;
  evaluate(context: RuleContext): Reason | null;
}

/** A rule that can only be answered once every stream has its plan. */
export interface PlanRule {
  code: string;
  evaluate(context: RuleContext, plan: Plan): Reason | null;
}

export interface RuleContext {
  info: MediaInfo;
  profile: Profile;
}

/** The video that rules for an encode speak of: by then a file is known to have exactly one. */
export interface EncodeRule {
  code: string;
  evaluate(context: RuleContext, video: VideoStream): Reason | null;
}
