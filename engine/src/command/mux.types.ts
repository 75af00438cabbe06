import type { MediaInfo } from '../media/media-info.js';
import type { Plan } from '../plan/plan.types.js';

/** What the earlier steps made; null for what the plan did not ask for. */
export interface MuxFiles {
  /** from videoArgs: .ivf or .mkv, as videoExtension says; or .hevc, the picture alone and without times */
  video: string | null;
  /** of an .hevc: seconds on the output's clock at which its first frame is shown; none: 0 */
  videoStart?: number;
  /** of an .hevc that was made anew: from encoderMarkXml */
  videoMark?: string | null;
  /** for an .ivf: TIMESTAMPS_HEADER and a timestampLine for each of its frames */
  timestamps: string | null;
  /** from audioArgs */
  audio: string | null;
  /** from subtitleArgs */
  subtitles: string | null;
  /** from restArgs */
  rest: string | null;
  /** from coverArgs, in the source's order */
  covers: readonly { index: number; path: string }[];
  /** from chaptersXml */
  chapters: string | null;
  /** from tagsXml */
  tags: string | null;
}

export interface MuxInput {
  source: string;
  output: string;
  info: MediaInfo;
  plan: Plan;
  files: MuxFiles;
  /** codes of languages that mkvmerge takes; none: only those that everybody knows are written */
  languages?: ReadonlySet<string>;
}

/** A program and its arguments. */
export interface ToolCommand {
  tool: 'mkvmerge' | 'ffmpeg';
  args: string[];
}
