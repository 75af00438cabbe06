import type { RawFrame, RawStream } from './ffprobe-schema.js';
import { isClosedCaptions, readHdr } from './hdr.js';
import type {
  AudioStream,
  Disposition,
  Rational,
  Stream,
  SubtitleStream,
  VideoStream,
} from './media-info.js';
import { readPixelFormat } from './pixel-format.js';

const LOSSLESS_AUDIO = new Set([
  'flac',
  'alac',
  'truehd',
  'mlp',
  'wavpack',
  'ape',
  'tta',
  'shorten',
  'mp4als',
  'wmalossless',
  'ralf',
]);
const TEXT_SUBTITLES = new Set([
  'subrip',
  'srt',
  'ass',
  'ssa',
  'webvtt',
  'mov_text',
  'text',
  'eia_608',
  'ttml',
  'stl',
  'microdvd',
  'sami',
  'realtext',
  'subviewer',
  'subviewer1',
  'mpl2',
  'jacosub',
  'pjs',
  'vplayer',
  'hdmv_text_subtitle',
  'dvb_teletext',
]);
const BITMAP_SUBTITLES = new Set([
  'hdmv_pgs_subtitle',
  'dvd_subtitle',
  'dvb_subtitle',
  'xsub',
  'arib_caption',
]);

/** What people call E-AC-3 with objects. */
const OBJECTS_IN_TITLE = /\b(?:atmos|joc)\b/i;

/** Rates that differ by less are rounding of timestamps (23.976 in milliseconds), not a variable rate. */
const RATE_TOLERANCE = 0.005;

const flag = (raw: RawStream, name: string) => raw.disposition[name] === 1 || raw.disposition[name] === '1';

function disposition(raw: RawStream): Disposition {
  return {
    default: flag(raw, 'default'),
    forced: flag(raw, 'forced'),
    comment: flag(raw, 'comment'),
    hearingImpaired: flag(raw, 'hearing_impaired'),
    visualImpaired: flag(raw, 'visual_impaired'),
    original: flag(raw, 'original'),
    attachedPicture: flag(raw, 'attached_pic'),
  };
}

/** mkvmerge writes `BPS`, older versions of it `BPS-eng`. */
function taggedBitRate(tags: Record<string, string>): number | null {
  const key = Object.keys(tags).find((name) => name === 'bps' || name.startsWith('bps-'));
  const value = key === undefined ? Number.NaN : Number(tags[key]);
  return Number.isFinite(value) && value > 0 ? value : null;
}

/** `00:01:30.500000000`, as Matroska's statistics have it */
function taggedDuration(tags: Record<string, string>): number | null {
  const key = Object.keys(tags).find((name) => name === 'duration' || name.startsWith('duration-'));
  const match = /^(\d+):(\d\d):(\d\d(?:\.\d+)?)$/.exec((key === undefined ? undefined : tags[key]) ?? '');
  return match === null ? null : Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3]);
}

/** The handler names that muxers put in on their own say nothing to a viewer. */
function title(tags: Record<string, string>): string | null {
  const text = tags['title'] ?? null;
  return text === null || text === '' ? null : text;
}

function language(tags: Record<string, string>): string | null {
  const text = tags['language'] ?? '';
  return text === '' || text === 'und' ? null : text;
}

function base(raw: RawStream) {
  const bitRate =
    raw.bit_rate !== null && raw.bit_rate > 0 ? Math.round(raw.bit_rate) : taggedBitRate(raw.tags);
  return {
    index: raw.index,
    codec: raw.codec_name ?? 'unknown',
    profile: raw.profile,
    language: language(raw.tags),
    title: title(raw.tags),
    disposition: disposition(raw),
    tags: raw.tags,
    bitRate,
    startSeconds: raw.start_time,
    durationSeconds: raw.duration ?? taggedDuration(raw.tags),
  };
}

const value = (rational: Rational) => rational.numerator / rational.denominator;

function isVariable(lowest: Rational | null, average: Rational | null): boolean {
  if (lowest === null || average === null) return false;
  // Fields may be counted instead of frames: twice the rate is the same rate.
  const ratio = value(lowest) / value(average);
  return Math.abs(ratio - 1) > RATE_TOLERANCE && Math.abs(ratio - 2) > RATE_TOLERANCE;
}

/** @returns degrees clockwise; ffprobe's own `rotation` counts the other way round */
function rotation(raw: RawStream): VideoStream['rotation'] {
  const matrix = raw.side_data_list.find((data) => data.rotation !== null)?.rotation ?? null;
  const degrees = matrix === null ? Number(raw.tags['rotate'] ?? 0) : -matrix;
  if (!Number.isFinite(degrees)) return 0;
  const quarter = ((Math.round(degrees / 90) % 4) + 4) % 4;
  return quarter === 1 ? 90 : quarter === 2 ? 180 : quarter === 3 ? 270 : 0;
}

function fieldOrder(raw: RawStream, frames: readonly RawFrame[]): VideoStream['fieldOrder'] {
  if (frames.some((frame) => frame.interlaced_frame === 1)) return 'interlaced';
  if (raw.field_order === 'progressive') return 'progressive';
  return raw.field_order !== null && /^(tt|bb|tb|bt)$/.test(raw.field_order) ? 'interlaced' : 'unknown';
}

/** ffprobe's own flag knows only what it met while opening the file. */
function closedCaptions(raw: RawStream, frames: readonly RawFrame[]): boolean {
  return (
    raw.closed_captions === 1 ||
    frames.some((frame) => frame.side_data_list.some((data) => isClosedCaptions(data.side_data_type)))
  );
}

/** A frame says that it is one of two views, but not whether that is meant; where the stream says it, it knows. */
function isStereoscopic(raw: RawStream, frames: readonly RawFrame[]): boolean {
  const own = raw.side_data_list.find((data) => data.side_data_type === 'Stereo 3D');
  if (own !== undefined) return own.type !== '2D';
  return frames.some((frame) => frame.side_data_list.some((data) => data.side_data_type === 'Stereo 3D'));
}

/** Matroska's plain rotation is a projection, too: a rectilinear one. */
function isSpherical(raw: RawStream): boolean {
  return raw.side_data_list.some(
    (data) => data.side_data_type === 'Spherical Mapping' && data.projection !== 'rectilinear',
  );
}

const signalled = (text: string | null | undefined) =>
  text === null || text === undefined || text === 'unknown' || text === 'unspecified' || text === 'reserved'
    ? null
    : text;

function video(raw: RawStream, frames: readonly RawFrame[]): VideoStream {
  const pixels = readPixelFormat(raw.pix_fmt, raw.bits_per_raw_sample);
  const [first] = frames;
  const transfer = signalled(raw.color_transfer) ?? signalled(first?.color_transfer);
  return {
    ...base(raw),
    kind: 'video',
    width: raw.width ?? 0,
    height: raw.height ?? 0,
    rotation: rotation(raw),
    sampleAspectRatio: raw.sample_aspect_ratio ?? { numerator: 1, denominator: 1 },
    pixelFormat: raw.pix_fmt,
    bitDepth: pixels.bitDepth,
    chroma: pixels.chroma,
    frameRate: raw.r_frame_rate,
    averageFrameRate: raw.avg_frame_rate,
    ...(raw.nb_frames === null || raw.nb_frames < 1 ? {} : { headerFrames: Math.round(raw.nb_frames) }),
    variableFrameRate: isVariable(raw.r_frame_rate, raw.avg_frame_rate),
    fieldOrder: fieldOrder(raw, frames),
    closedCaptions: closedCaptions(raw, frames),
    ...(isStereoscopic(raw, frames) ? { stereoscopic: true } : {}),
    ...(isSpherical(raw) ? { spherical: true } : {}),
    look: null,
    color: {
      range: signalled(raw.color_range) ?? signalled(first?.color_range) ?? (pixels.fullRange ? 'pc' : null),
      space: signalled(raw.color_space) ?? signalled(first?.color_space),
      transfer,
      primaries: signalled(raw.color_primaries) ?? signalled(first?.color_primaries),
      chromaLocation: signalled(raw.chroma_location) ?? signalled(first?.chroma_location),
    },
    hdr: readHdr(transfer, [...raw.side_data_list, ...frames.flatMap((frame) => frame.side_data_list)]),
  };
}

function audio(raw: RawStream): AudioStream {
  const codec = raw.codec_name ?? 'unknown';
  const profile = raw.profile ?? '';
  return {
    ...base(raw),
    kind: 'audio',
    channels: raw.channels ?? 0,
    channelLayout: signalled(raw.channel_layout),
    sampleRate: raw.sample_rate ?? 0,
    lossless:
      LOSSLESS_AUDIO.has(codec) ||
      codec.startsWith('pcm_') ||
      (codec === 'dts' && profile.startsWith('DTS-HD MA')),
    // ffmpeg before 6.1 does not see that E-AC-3 holds objects; who named the track often did.
    objectBased:
      /Atmos|DTS:X/i.test(profile) || (codec === 'eac3' && OBJECTS_IN_TITLE.test(raw.tags['title'] ?? '')),
  };
}

function subtitleFormat(codec: string): SubtitleStream['format'] {
  if (TEXT_SUBTITLES.has(codec)) return 'text';
  return BITMAP_SUBTITLES.has(codec) ? 'bitmap' : 'unknown';
}

/** @param frames the first decoded frames of this stream, as many as ffprobe printed */
export function readStream(raw: RawStream, frames: readonly RawFrame[]): Stream {
  switch (raw.codec_type) {
    case 'video':
      // MP4's timed thumbnails carry both flags; neither is a picture that a player shows as the film.
      if (flag(raw, 'attached_pic') || flag(raw, 'timed_thumbnails')) {
        return { ...base(raw), kind: 'cover', width: raw.width ?? 0, height: raw.height ?? 0 };
      }
      return video(raw, frames);
    case 'audio':
      return audio(raw);
    case 'subtitle':
      return { ...base(raw), kind: 'subtitle', format: subtitleFormat(raw.codec_name ?? 'unknown') };
    case 'attachment':
      return {
        ...base(raw),
        kind: 'attachment',
        fileName: raw.tags['filename'] ?? null,
        mimeType: raw.tags['mimetype'] ?? null,
        size: raw.extradata_size,
      };
    default:
      return { ...base(raw), kind: 'data', codecTag: raw.codec_tag_string };
  }
}
