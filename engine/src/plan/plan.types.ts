import type { Reason } from '#contracts';
import type { MediaInfo, VideoStream } from '../media/media-info.js';
import type { Profile, VideoCodec } from '../profile/schema/index.js';

/** What is decided about one file. Every stream of the source is in `streams` exactly once. */
export type Decision =
  { verdict: 'skip'; reason: Reason } | { verdict: 'encode'; reason: Reason; plan: Plan };

export interface Plan {
  /** name of the pipeline that does it */
  pipeline: FilmPipeline;
  container: 'mkv' | 'mp4' | 'webm';
  /** one for each stream of the source, in its order */
  streams: StreamPlan[];
  /** streams that the source does not have; each follows the one that it is made from */
  added: AddedAudio[];
  /** what becomes of its Dolby Vision; null: it has none, or what there is stays or goes with its stream */
  dolbyVision: DolbyVisionWork | null;
  /** what belongs to the whole file and is carried over */
  keep: { chapters: boolean; tags: boolean };
  /** bytes that the whole output is expected to have; a projection, not a promise */
  expectedSize: number;
  /** bytes above which going on makes no sense: the source less the minimum saving */
  sizeLimit: number;
}

/** The pipelines whose output takes a film's place. */
export type FilmPipeline = 'compress' | 'dolby_vision' | 'standard';

/** Kinds of Dolby Vision; `profile7`: nobody knows yet whether its enhancement layer is minimal or full. */
export type DolbyVisionKind =
  'profile4' | 'profile5' | 'profile7' | 'profile7Mel' | 'profile7Fel' | 'profile81' | 'profile84' | 'other';

export interface DolbyVisionWork {
  /** of the source, as far as its headers and first frames tell */
  kind: DolbyVisionKind;
  way: 'convert' | 'reencode';
  /** what the output's record says of the picture below: 1 HDR10 (Profile 8.1), 4 HLG (Profile 8.4) */
  compatibilityId: 1 | 4;
}

export type StreamPlan = { index: number; reason: Reason } & StreamAction;

export type StreamAction =
  | { action: 'encode-video'; video: VideoEncode }
  /** the picture bit for bit, in one layer, with its Dolby Vision metadata converted */
  | { action: 'convert-dolby-vision' }
  | { action: 'encode-audio'; audio: AudioEncode }
  | { action: 'convert-subtitle'; format: SubtitleFormat }
  | { action: 'copy' }
  | { action: 'drop' };

export type SubtitleFormat = 'srt' | 'ass' | 'webvtt' | 'mov_text';

/** A track made from an audio stream beside what becomes of that stream itself. */
export interface AddedAudio {
  /** the source's index of the stream that it is made from */
  from: number;
  audio: AudioEncode;
  title: string;
  reason: Reason;
}

/** Everything that decides the picture; from it and the node's capabilities follow the arguments. */
export interface VideoEncode {
  codec: VideoCodec;
  /** as the profile says; which encoder that is on a node, `command/encoders` tells */
  encoder: Profile['video']['encoder'];
  fallback: Profile['video']['fallback'];
  /** crf on the scale of the codec's software encoder, or kbit/s on average */
  quality: { crf: number } | { bitRate: number };
  /** on SVT-AV1's scale, 0 (slow) to 13 (fast) */
  preset: number;
  tune: Profile['video']['tune'];
  /** for the codec's software encoder, under its own names */
  parameters: Readonly<Record<string, string | number>>;
  /** 0 to 50; AV1 alone has it */
  filmGrain: number;
  filmGrainDenoise: boolean;
  pixelFormat: 'yuv420p' | 'yuv420p10le';
  /** frames of the output between key frames */
  keyframeInterval: number;
  /** a filter graph's steps, in order, such as `bwdif=mode=send_frame` */
  filters: string[];
  /** frames of the output for each of the source: 2 where every field becomes one */
  framesPerFrame: 1 | 2;
  /** size of the output's pixels, after rotation, scaling and rounding to even */
  width: number;
  height: number;
}

export interface AudioEncode {
  codec: 'opus' | 'aac';
  /** kbit/s */
  bitRate: number;
  /** channels of the output */
  channels: number;
  /** the output's layout, by ffmpeg's name, always one that the codec has */
  channelLayout: string;
  /** one filter that maps the source's channels, or for a downmix mixes them; null when they fit as they are */
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

/** What is known of a file beside its media. */
export interface FileFacts {
  /** ms since the epoch */
  modifiedAt: number | null;
  /** actual over projected size of the new picture, as this library's history has it for such files; 1 without one */
  correction: number;
}

export interface RuleContext {
  info: MediaInfo;
  profile: Profile;
  file: FileFacts;
}

/** The video that rules for an encode speak of: by then a file is known to have exactly one. */
export interface EncodeRule {
  code: string;
  evaluate(context: RuleContext, video: VideoStream): Reason | null;
}

/** One rule and what it said, for a person who asks why. */
export interface RuleTrace {
  code: string;
  /** `not-asked`: an earlier rule had objected, or it does not concern this file */
  result: 'passed' | 'objected' | 'not-asked';
  message: string | null;
}
