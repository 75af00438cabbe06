/**
 * The way of a channel layout into a codec that has only some. A source goes into the smallest layout that holds each
 * of its channels. Nothing is mixed: channels are renamed (the surround pair is `side` in one layout and `back` in
 * another), and channels that the source lacks stay silent.
 */
export interface LayoutFit {
  channels: number;
  layout: string;
  /** an ffmpeg filter; null when the channels fit as they are */
  filter: string | null;
}

export type NamedLayout = readonly [name: string, channels: readonly string[]];

/** ffmpeg's standard layouts (`ffmpeg -layouts`), in ffmpeg's order of channels. */
const SOURCE_LAYOUTS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    mono: 'FC',
    stereo: 'FL+FR',
    '2.1': 'FL+FR+LFE',
    '3.0': 'FL+FR+FC',
    '3.0(back)': 'FL+FR+BC',
    '4.0': 'FL+FR+FC+BC',
    quad: 'FL+FR+BL+BR',
    'quad(side)': 'FL+FR+SL+SR',
    '3.1': 'FL+FR+FC+LFE',
    '5.0': 'FL+FR+FC+BL+BR',
    '5.0(side)': 'FL+FR+FC+SL+SR',
    '4.1': 'FL+FR+FC+LFE+BC',
    '5.1': 'FL+FR+FC+LFE+BL+BR',
    '5.1(side)': 'FL+FR+FC+LFE+SL+SR',
    '6.0': 'FL+FR+FC+BC+SL+SR',
    '6.0(front)': 'FL+FR+FLC+FRC+SL+SR',
    hexagonal: 'FL+FR+FC+BL+BR+BC',
    '6.1': 'FL+FR+FC+LFE+BC+SL+SR',
    '6.1(back)': 'FL+FR+FC+LFE+BL+BR+BC',
    '6.1(front)': 'FL+FR+LFE+FLC+FRC+SL+SR',
    '7.0': 'FL+FR+FC+BL+BR+SL+SR',
    '7.0(front)': 'FL+FR+FC+FLC+FRC+SL+SR',
    '7.1': 'FL+FR+FC+LFE+BL+BR+SL+SR',
    '7.1(wide)': 'FL+FR+FC+LFE+BL+BR+FLC+FRC',
    '7.1(wide-side)': 'FL+FR+FC+LFE+FLC+FRC+SL+SR',
    octagonal: 'FL+FR+FC+BL+BR+BC+SL+SR',
  }).map(([name, channels]) => [name, channels.split('+')]),
);

/** A pair that may be renamed when the target has the other one only. */
const RENAMES: Readonly<Record<string, string>> = { SL: 'BL', SR: 'BR', BL: 'SL', BR: 'SR' };

/** @returns source channel to target channel, or null when one of them has no place */
function assign(source: readonly string[], target: readonly string[]): Map<string, string> | null {
  const places = new Map<string, string>();
  for (const channel of source) {
    const renamed = RENAMES[channel];
    if (target.includes(channel)) places.set(channel, channel);
    else if (renamed !== undefined && target.includes(renamed) && !source.includes(renamed))
      places.set(channel, renamed);
    else return null;
  }
  return places;
}

function filterFor(
  source: string,
  name: string,
  target: readonly string[],
  places: Map<string, string>,
): string | null {
  const pairs = [...places.entries()];
  if (places.size === target.length && pairs.every(([from, to]) => from === to)) return null;
  // A broadcast may change its layout on the way; the map below is written for the one that was announced.
  const announced = `aformat=channel_layouts=${source}`;
  if (places.size === target.length) {
    return `${announced},channelmap=${pairs.map(([from, to]) => `${from}-${to}`).join('|')}:${name}`;
  }
  return `${announced},pan=${name}|${pairs.map(([from, to]) => `${to}=${from}`).join('|')}`;
}

/** @returns a layout's channels in ffmpeg's order; null for one that is unknown */
export function channelsOf(layout: string): readonly string[] | null {
  return SOURCE_LAYOUTS.get(layout) ?? null;
}

/**
 * @param targets the codec's layouts, smallest first
 * @param layout ffmpeg's name; without one only mono and stereo are certain
 * @returns null when none of them holds these channels
 */
export function fitLayout(
  targets: readonly NamedLayout[],
  layout: string | null,
  channels: number,
): LayoutFit | null {
  const name = layout ?? (channels === 1 ? 'mono' : channels === 2 ? 'stereo' : '');
  const source = channelsOf(name);
  if (source?.length !== channels) return null;
  for (const [target, targetChannels] of targets) {
    const places = assign(source, targetChannels);
    if (places === null) continue;
    return {
      channels: targetChannels.length,
      layout: target,
      filter: filterFor(name, target, targetChannels, places),
    };
  }
  return null;
}

/** Every layout that the table knows, for tests. */
export const KNOWN_LAYOUTS: readonly NamedLayout[] = [...SOURCE_LAYOUTS];
