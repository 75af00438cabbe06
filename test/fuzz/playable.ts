import { execa } from 'execa';

/** What a forgiving player makes of one stream. */
export interface Played {
  /** pictures, or blocks of sound */
  frames: number;
  /** seconds from the first one's start to the last one's end */
  seconds: number;
}

/** Of a file's first picture and first sound; none where there is nothing to be played. */
export interface Playable {
  picture: Played | null;
  sound: Played | null;
}

const TIME_BASE = /^#tb (\d+): (\d+)\/(\d+)/;
const MEDIA_TYPE = /^#media_type (\d+): (\w+)/;
const FRAME = /^(\d+), +-?\d+, +(-?\d+), +(\d+),/;

interface Track {
  unit: number;
  kind: string;
  frames: number;
  from: number;
  to: number;
}

/** Decodes a file as far as it goes, and says what came out and how long it lasts. Damage is passed over. */
export async function playable(file: string): Promise<Playable> {
  const { stdout } = await execa(
    'ffmpeg',
    [
      ...['-v', 'quiet', '-copyts', '-i', `file:${file}`, '-map', '0:V:0?', '-map', '0:a:0?'],
      ...['-fps_mode', 'passthrough', '-enc_time_base', '-1', '-f', 'framecrc', '-'],
    ],
    { stdin: 'ignore', reject: false, timeout: 120_000, maxBuffer: 50_000_000 },
  );
  const tracks = new Map<string, Track>();
  const trackOf = (id = '') => {
    const track = tracks.get(id) ?? { unit: 0, kind: '', frames: 0, from: Infinity, to: -Infinity };
    tracks.set(id, track);
    return track;
  };
  for (const line of stdout.split('\n')) {
    const base = TIME_BASE.exec(line);
    const type = MEDIA_TYPE.exec(line);
    const frame = FRAME.exec(line);
    if (base !== null) trackOf(base[1]).unit = Number(base[2]) / Number(base[3]);
    else if (type !== null) trackOf(type[1]).kind = type[2] ?? '';
    else if (frame !== null) {
      const track = trackOf(frame[1]);
      track.frames += 1;
      track.from = Math.min(track.from, Number(frame[2]));
      track.to = Math.max(track.to, Number(frame[2]) + Number(frame[3]));
    }
  }
  const played = (kind: string): Played | null => {
    const track = [...tracks.values()].find((candidate) => candidate.kind === kind);
    if (track === undefined || track.frames === 0) return null;
    return { frames: track.frames, seconds: (track.to - track.from) * track.unit };
  };
  return { picture: played('video'), sound: played('audio') };
}
