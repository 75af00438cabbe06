import { z } from 'zod';
import { listOf, number, text } from './ffprobe-schema.js';
import { streamsOf, type DolbyVisionInfo, type MediaInfo, type VideoStream } from './media-info.js';

type Layer = NonNullable<DolbyVisionInfo['layer']>;

const TWO_LAYERS = 7;

/** Frames that are looked at: discs have one kind of layer from beginning to end, and who converts looks at all of them. */
const FRAMES = 8;

const component = z.object({
  nlq_offset: number,
  vdr_in_max: number,
  linear_deadzone_slope: number,
  linear_deadzone_threshold: number,
});

const sideData = z.object({ side_data_type: text, coef_log2_denom: number, components: listOf(component) });
type SideData = z.output<typeof sideData>;

const document = z.object({ frames: listOf(z.object({ side_data_list: listOf(sideData) })) });

/**
 * @returns the video of two layers of which nobody has said yet whether the second one is minimal or full: what was
 *   probed before this was asked for, or by an ffprobe that cannot tell
 */
export function unknownLayer(info: MediaInfo): VideoStream | null {
  return (
    streamsOf(info, 'video').find(
      ({ hdr: { dolbyVision } }) => dolbyVision?.profile === TWO_LAYERS && dolbyVision.layer === undefined,
    ) ?? null
  );
}

/**
 * What ffprobe is called with; the file's name comes after it. All side data and not single fields: the sections below
 * it have other names in each version, and an unknown name is an error.
 */
export function layerArgs(index: number): string[] {
  return [
    ...['-v', 'error', '-print_format', 'json', '-select_streams', String(index)],
    ...['-show_entries', 'frame=media_type:frame_side_data', '-read_intervals', `%+#${FRAMES}`],
  ];
}

/** A minimal layer is one whose residual is nothing, whatever its picture holds. */
function layerOf({ side_data_type, coef_log2_denom, components }: SideData): Layer | null {
  if (side_data_type !== 'Dolby Vision Metadata' || coef_log2_denom === null) return null;
  const told = components.filter(({ nlq_offset, vdr_in_max }) => nlq_offset !== null && vdr_in_max !== null);
  if (told.length === 0) return null;
  const one = 2 ** coef_log2_denom;
  const minimal = told.every(
    (entry) =>
      entry.nlq_offset === 0 &&
      entry.vdr_in_max === one &&
      (entry.linear_deadzone_slope ?? 0) === 0 &&
      (entry.linear_deadzone_threshold ?? 0) === 0,
  );
  return minimal ? 'mel' : 'fel';
}

/** Reads what ffprobe printed for `layerArgs`. @returns null when it does not tell: ffprobe knows it from 5.0 on */
export function readLayer(json: unknown): Layer | null {
  const parsed = document.safeParse(json);
  if (!parsed.success) return null;
  const found = parsed.data.frames.flatMap((frame) => frame.side_data_list.map(layerOf));
  return found.find((layer) => layer === 'fel') ?? found.find((layer) => layer === 'mel') ?? null;
}

/** @param index of the video */
export function withLayer(info: MediaInfo, index: number, layer: Layer): MediaInfo {
  return {
    ...info,
    streams: info.streams.map((stream) => {
      if (stream.index !== index || stream.kind !== 'video' || stream.hdr.dolbyVision === null) return stream;
      return {
        ...stream,
        hdr: { ...stream.hdr, dolbyVision: { ...stream.hdr.dolbyVision, layer } },
      };
    }),
  };
}
