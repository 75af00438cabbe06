import { z } from 'zod';

/**
 * The parts of ffprobe's JSON that are used, read so that nothing odd in a file can refuse it: a field of the
 * wrong type counts as absent. ffprobe prints most numbers as text.
 */

export const text = z
  .union([z.string(), z.number().transform(String)])
  .nullable()
  .catch(null)
  .default(null);

function finite(value: string | number): number | null {
  const number = typeof value === 'number' ? value : Number.parseFloat(value);
  return Number.isFinite(number) ? number : null;
}

export const number = z
  .union([z.string(), z.number()])
  .transform(finite)
  .nullable()
  .catch(null)
  .default(null);

/** `num/den` or `num:den`; a zero on either side means that ffprobe does not know. */
function ratio(value: string): { numerator: number; denominator: number } | null {
  const match = /^(\d+)[/:](\d+)$/.exec(value);
  if (match === null) return null;
  const [numerator, denominator] = [Number(match[1]), Number(match[2])];
  return numerator > 0 && denominator > 0 ? { numerator, denominator } : null;
}

const rational = z.string().transform(ratio).nullable().catch(null).default(null);

const tags = z
  .record(z.string(), z.unknown())
  .transform((record) => {
    const lower: Record<string, string> = {};
    for (const [key, value] of Object.entries(record)) {
      if (typeof value === 'string' || typeof value === 'number') lower[key.toLowerCase()] = String(value);
    }
    return lower;
  })
  .catch({})
  .default({});

export function listOf<T extends z.ZodType>(item: T) {
  return z
    .array(z.unknown())
    .catch([])
    .default([])
    .transform((entries): z.output<T>[] =>
      entries.flatMap((entry) => {
        const parsed = item.safeParse(entry);
        return parsed.success ? [parsed.data] : [];
      }),
    );
}

/** One object for every kind of side data; its type says which fields mean something. */
const sideData = z.object({
  side_data_type: text,
  // of a Stereo 3D
  type: text,
  // of a Spherical Mapping
  projection: text,
  rotation: number,
  red_x: rational,
  red_y: rational,
  green_x: rational,
  green_y: rational,
  blue_x: rational,
  blue_y: rational,
  white_point_x: rational,
  white_point_y: rational,
  max_luminance: rational,
  // 0/10000 is a real value here, so it is not a `rational`
  min_luminance: text,
  max_content: number,
  max_average: number,
  dv_profile: number,
  dv_level: number,
  rpu_present_flag: number,
  el_present_flag: number,
  bl_present_flag: number,
  dv_bl_signal_compatibility_id: number,
});
export type RawSideData = z.output<typeof sideData>;

const stream = z.object({
  index: z.number().int().nonnegative(),
  codec_name: text,
  codec_type: text,
  codec_tag_string: text,
  profile: text,
  width: number,
  height: number,
  sample_aspect_ratio: rational,
  pix_fmt: text,
  bits_per_raw_sample: number,
  field_order: text,
  closed_captions: number,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  chroma_location: text,
  r_frame_rate: rational,
  avg_frame_rate: rational,
  nb_frames: number,
  sample_rate: number,
  channels: number,
  channel_layout: text,
  bit_rate: number,
  start_time: number,
  duration: number,
  extradata_size: number,
  disposition: z.record(z.string(), z.unknown()).catch({}).default({}),
  tags,
  side_data_list: listOf(sideData),
});
export type RawStream = z.output<typeof stream>;

/** A decoded frame: it tells what the headers of a container may leave out. */
const frame = z.object({
  media_type: text,
  stream_index: number,
  interlaced_frame: number,
  color_range: text,
  color_space: text,
  color_transfer: text,
  color_primaries: text,
  chroma_location: text,
  side_data_list: listOf(sideData),
});
export type RawFrame = z.output<typeof frame>;

const chapter = z.object({ start_time: number, end_time: number, tags });

const format = z.object({
  format_name: text,
  size: number,
  duration: number,
  start_time: number,
  bit_rate: number,
  tags,
});

/** A document without `format` is none of ours: ffprobe prints it for every file that it can open. */
export const ffprobeDocument = z.object({
  format,
  streams: listOf(stream),
  chapters: listOf(chapter),
  frames: listOf(frame),
  // With packets and frames asked for at once, ffprobe prints both in this one list.
  packets_and_frames: listOf(frame),
});
