/**
 * What ffprobe said of a file, typed and normalised. All that plan/, command/ and verify/ know of a file is
 * here, so it is also what the server stores: plain JSON, no methods, no bigint.
 */
export interface MediaInfo {
  container: ContainerInfo;
  streams: Stream[];
  chapters: Chapter[];
}

export interface ContainerInfo {
  /** ffprobe's format names, such as `matroska,webm` */
  formatNames: string[];
  /** bytes */
  size: number;
  /** seconds, as the header claims; null when it claims nothing. Never a proof of completeness. */
  durationSeconds: number | null;
  /** seconds; MPEG-TS rarely starts at 0 */
  startSeconds: number;
  /** bit/s of the whole file */
  bitRate: number | null;
  tags: Tags;
}

/** Keys in lower case. */
export type Tags = Record<string, string>;

export interface Chapter {
  startSeconds: number;
  endSeconds: number;
  title: string | null;
}

export interface Disposition {
  default: boolean;
  forced: boolean;
  comment: boolean;
  hearingImpaired: boolean;
  visualImpaired: boolean;
  original: boolean;
  attachedPicture: boolean;
}

interface StreamBase {
  /** ffprobe's index: unique in the file, and what `-map 0:N` takes */
  index: number;
  /** ffmpeg's codec name; `unknown` when ffprobe knows none */
  codec: string;
  profile: string | null;
  /** ISO 639-2 as the file has it; null for none or `und` */
  language: string | null;
  title: string | null;
  disposition: Disposition;
  tags: Tags;
  /** bit/s of this stream alone; from the stream, else from a BPS tag; null when neither says */
  bitRate: number | null;
  startSeconds: number | null;
  durationSeconds: number | null;
  /** packets that were counted; left out where nobody has counted */
  packets?: number;
}

export interface VideoStream extends StreamBase {
  kind: 'video';
  /** coded size, before rotation */
  width: number;
  height: number;
  /** degrees clockwise that a player turns the picture: 0, 90, 180 or 270 */
  rotation: 0 | 90 | 180 | 270;
  /** width of a sample over its height; 1/1 when unknown */
  sampleAspectRatio: Rational;
  pixelFormat: string | null;
  bitDepth: number;
  chroma: '420' | '422' | '444' | '400' | 'rgb' | 'unknown';
  /** lowest frame rate that can show all timestamps (r_frame_rate) */
  frameRate: Rational | null;
  averageFrameRate: Rational | null;
  /** frames that the container's header claims; left out where it claims none */
  headerFrames?: number;
  /** the two rates differ by more than rounding: timestamps must be carried one by one */
  variableFrameRate: boolean;
  /** what the headers and the first frames claim; a hint */
  fieldOrder: 'progressive' | 'interlaced' | 'unknown';
  /** the stream carries captions (CEA-608/708) inside its pictures */
  closedCaptions: boolean;
  /** two views (3D), side by side or in turn; left out for an ordinary picture */
  stereoscopic?: boolean;
  /** a picture all around the viewer (360°); left out for an ordinary one */
  spherical?: boolean;
  /** what looking at pictures of the whole film told; null until a node has looked */
  look: PictureLook | null;
  color: ColorInfo;
  hdr: HdrInfo;
}

/** What samples of the decoded picture show, which no header says. */
export interface PictureLook {
  /** how its fields belong together; `mixed` is both, `unclear` too little movement to tell */
  scan: 'progressive' | 'interlaced' | 'telecined' | 'mixed' | 'unclear';
  /** for interlaced pictures: which field comes first */
  topFieldFirst: boolean;
  /** standard deviation of the luma's noise in steps of 8 bits; null when it could not be measured */
  noise: number | null;
}

export interface Rational {
  numerator: number;
  denominator: number;
}

/** ffmpeg's names; null when not signalled */
export interface ColorInfo {
  range: string | null;
  space: string | null;
  transfer: string | null;
  primaries: string | null;
  chromaLocation: string | null;
}

export interface HdrInfo {
  format: 'sdr' | 'hdr10' | 'hlg' | 'pq';
  /** SMPTE 2086; chromaticities as fractions 0..1, luminance in cd/m2 */
  masteringDisplay: MasteringDisplay | null;
  /** cd/m2 */
  contentLight: { maxContent: number; maxAverage: number } | null;
  dolbyVision: DolbyVisionInfo | null;
  hdr10Plus: boolean;
}

export interface MasteringDisplay {
  red: [x: number, y: number];
  green: [x: number, y: number];
  blue: [x: number, y: number];
  whitePoint: [x: number, y: number];
  maxLuminance: number;
  minLuminance: number;
}

/** The three numbers are null when no configuration record names them and only the picture's RPUs are there. */
export interface DolbyVisionInfo {
  profile: number | null;
  level: number | null;
  rpuPresent: boolean;
  elPresent: boolean;
  blPresent: boolean;
  compatibilityId: number | null;
  /**
   * of a two-layer stream (Profile 7): whether its first frames have a minimal enhancement layer (`mel`), which adds nothing to the
   * picture, or a full one (`fel`); left out where that is not known
   */
  layer?: 'mel' | 'fel';
}

export interface AudioStream extends StreamBase {
  kind: 'audio';
  channels: number;
  /** ffmpeg's layout name, such as `5.1(side)`; null when the file does not say */
  channelLayout: string | null;
  sampleRate: number;
  /** FLAC, TrueHD, DTS-HD MA, PCM ... */
  lossless: boolean;
  /** Atmos or DTS:X, as far as the profile's or, for E-AC-3, the track's name tells */
  objectBased: boolean;
}

export interface SubtitleStream extends StreamBase {
  kind: 'subtitle';
  format: 'text' | 'bitmap' | 'unknown';
}

/** A picture carried as a video stream (attached_pic); MP4 and, as ffmpeg shows it, MKV cover art. */
export interface CoverStream extends StreamBase {
  kind: 'cover';
  width: number;
  height: number;
}

export interface AttachmentStream extends StreamBase {
  kind: 'attachment';
  fileName: string | null;
  mimeType: string | null;
  /** bytes; null when ffprobe does not say */
  size: number | null;
}

/** tmcd, bin_data, KLV and whatever else no player shows */
export interface DataStream extends StreamBase {
  kind: 'data';
  /** the container's own name for what it is, such as `tmcd` or `gpmd`; null when it has none */
  codecTag: string | null;
}

export type Stream = VideoStream | AudioStream | SubtitleStream | CoverStream | AttachmentStream | DataStream;

/** What reading every packet told, which headers cannot: where each stream really ends. */
export interface MeasuredStreams {
  streams: MeasuredStream[];
  /** of a Dolby Vision stream of two layers, as its metadata says from beginning to end; left out when nobody has looked */
  layer?: 'mel' | 'fel';
  /** of the video that is to be encoded; left out when nobody has looked */
  look?: PictureLook;
  /** what its frames carry at places over the whole film; left out when nobody has looked */
  frameData?: { closedCaptions: boolean; hdr10Plus: boolean };
}

/** Packets that are read but not shown (a codec's priming, what lies before an edit list's start) count apart. */
export interface MeasuredStream {
  index: number;
  packets: number;
  /** packets that a player reads and does not show */
  discarded: number;
  /** bytes of all packets */
  bytes: number;
  /** smallest presentation time, seconds; null when no packet had one */
  firstSeconds: number | null;
  /** the same, with what is discarded: where a copy of the stream starts */
  leadSeconds: number | null;
  /** largest end of a packet: its time and its duration */
  endSeconds: number | null;
  /** the longest way from one packet to the next, in seconds and in either direction */
  gapSeconds?: number;
}

export function streamsOf<K extends Stream['kind']>(
  info: MediaInfo,
  kind: K,
): Extract<Stream, { kind: K }>[] {
  return info.streams.filter((stream): stream is Extract<Stream, { kind: K }> => stream.kind === kind);
}
