import type { MeasuredStream, MeasuredStreams } from './media-info.js';

/** What ffprobe is called with to list every packet; the file's name comes after it. */
export const PACKET_ARGS: readonly string[] = [
  '-v',
  'error',
  '-show_entries',
  'packet=stream_index,pts_time,dts_time,duration_time,size,flags',
  '-of',
  'csv=p=0',
];

/** seconds; a subtitle that says no end lasts nobody knows how long */
const LONGEST_GUESS = 1;

/** `N/A` is what ffprobe prints for what a packet does not say. */
function number(text: string | undefined): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : null;
}

const smaller = (a: number | null, b: number) => (a === null || b < a ? b : a);
const larger = (a: number | null, b: number) => (a === null || b > a ? b : a);

/**
 * Adds up what ffprobe prints for `PACKET_ARGS`, line by line and in constant memory. The columns come in
 * ffprobe's own order, whatever the order asked for: stream, pts, dts, duration, size, flags. Packets with side
 * data are followed by a comma and an empty line.
 */
export class PacketMeter {
  private readonly streams = new Map<number, MeasuredStream>();
  /** the last packet's time of each stream */
  private readonly last = new Map<number, number>();

  push(line: string): void {
    const [indexText = '', pts, dts, duration, size, flags] = line.split(',');
    if (!/^\d+$/.test(indexText) || flags === undefined) return;
    const stream = this.streamAt(Number(indexText));
    stream.bytes += number(size) ?? 0;
    // AVI and raw streams have decoding times alone.
    const time = number(pts) ?? number(dts);
    if (time !== null) stream.leadSeconds = smaller(stream.leadSeconds, time);
    if (flags.includes('D')) {
      stream.discarded += 1;
      return;
    }
    stream.packets += 1;
    if (time === null) return;
    // Decoding times run forwards; presentation times jump about by themselves.
    const clock = number(dts) ?? time;
    const before = this.last.get(stream.index);
    // A packet that does not say how long it lasts lasts as long as the one before; WavPack's last one, for instance.
    const since = before === undefined ? 0 : clock - before;
    const lasts = number(duration) ?? (since <= LONGEST_GUESS ? since : 0);
    stream.endSeconds = larger(stream.endSeconds, time + Math.max(0, lasts));
    if (before !== undefined) stream.gapSeconds = Math.max(stream.gapSeconds ?? 0, Math.abs(clock - before));
    this.last.set(stream.index, clock);
    stream.firstSeconds = smaller(stream.firstSeconds, time);
  }

  result(): MeasuredStreams {
    return {
      streams: [...this.streams.values()].sort((a, b) => a.index - b.index).map((stream) => ({ ...stream })),
    };
  }

  private streamAt(index: number): MeasuredStream {
    let stream = this.streams.get(index);
    if (stream === undefined) {
      stream = {
        index,
        packets: 0,
        discarded: 0,
        bytes: 0,
        firstSeconds: null,
        leadSeconds: null,
        endSeconds: null,
      };
      this.streams.set(index, stream);
    }
    return stream;
  }
}
