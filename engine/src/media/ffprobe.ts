import { ffprobeDocument } from './ffprobe-schema.js';
import { readStream } from './ffprobe-streams.js';
import type { MediaInfo } from './media-info.js';

export { PACKET_ARGS, PacketMeter } from './packet-meter.js';

const argsFor = (packets: number): readonly string[] => [
  '-v',
  'error',
  '-print_format',
  'json',
  '-show_format',
  '-show_streams',
  '-show_chapters',
  '-show_frames',
  '-show_entries',
  [
    'frame=media_type,stream_index,interlaced_frame,color_range,color_space,color_primaries,color_transfer,chroma_location',
    'frame_side_data=side_data_type,red_x,red_y,green_x,green_y,blue_x,blue_y,white_point_x,white_point_y,' +
      'min_luminance,max_luminance,max_content,max_average',
  ].join(':'),
  '-read_intervals',
  `%+#${packets}`,
];

/**
 * What ffprobe is called with; the file's name comes after it. The first packets are decoded as well, because
 * HEVC in MPEG-TS and many an MP4 keep mastering display, light levels and HDR10+ in the picture alone.
 */
export const FFPROBE_ARGS = argsFor(24);

/** The same for a file that begins with sound alone: TrueHD has 1,200 packets a second. */
export const FFPROBE_FURTHER_ARGS = argsFor(2000);

/** What was read is no answer of ffprobe. */
export class MediaParseError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'MediaParseError';
  }
}

/** Whether a picture is announced of which no frame was decoded, so that nobody has looked for what it carries. */
export function hasUnseenPicture(json: unknown): boolean {
  const parsed = ffprobeDocument.safeParse(json);
  if (!parsed.success) return false;
  const { streams, frames, packets_and_frames } = parsed.data;
  const seen = new Set(
    [...frames, ...packets_and_frames]
      .filter((frame) => frame.media_type === 'video')
      .map((frame) => frame.stream_index),
  );
  return streams.some(
    ({ index, codec_type, disposition }) =>
      codec_type === 'video' && disposition['attached_pic'] !== 1 && !seen.has(index),
  );
}

/**
 * Reads what ffprobe printed for `FFPROBE_ARGS`. Fields that are missing or odd never refuse a file.
 * @throws MediaParseError when it is no such document at all
 */
export function parseFfprobe(json: unknown): MediaInfo {
  const parsed = ffprobeDocument.safeParse(json);
  if (!parsed.success) {
    throw new MediaParseError(
      'not a document of ffprobe: it has no "format" object with what -show_format prints',
    );
  }
  const { format, streams, chapters, frames, packets_and_frames } = parsed.data;
  const decoded = [...frames, ...packets_and_frames];
  const seen = new Set<number>();
  const unique = streams.filter((stream) => !seen.has(stream.index) && seen.add(stream.index));
  return {
    container: {
      formatNames: (format.format_name ?? '').split(',').filter((name) => name !== ''),
      size: Math.max(0, Math.round(format.size ?? 0)),
      durationSeconds: format.duration,
      startSeconds: format.start_time ?? 0,
      bitRate: format.bit_rate === null ? null : Math.round(format.bit_rate),
      tags: format.tags,
    },
    streams: unique.map((stream) =>
      readStream(
        stream,
        decoded.filter((frame) => frame.media_type === 'video' && frame.stream_index === stream.index),
      ),
    ),
    chapters: chapters.map((chapter) => ({
      startSeconds: chapter.start_time ?? 0,
      endSeconds: chapter.end_time ?? chapter.start_time ?? 0,
      title: chapter.tags['title'] ?? null,
    })),
  };
}
