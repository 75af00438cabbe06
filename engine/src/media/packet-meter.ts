import type { MeasuredStreams } from './media-info.js';

/** What ffprobe is called with to list every packet; the file's name comes after it. */
export const PACKET_ARGS: readonly string[] = [
  '-v', 'error',
  '-show_entries', 'packet=stream_index,pts_time,dts_time,duration_time,size',
  '-of', 'csv=p=0',
];

interface Tally {
  packets: number;
  bytes: number;
  first: number | null;
  end: number | null;
}

/** `N/A` is what ffprobe prints for what a packet does not say. */
function seconds(text: string | undefined): number | null {
  const value = Number.parseFloat(text ?? '');
  return Number.isFinite(value) ? value : null;
}

/**
 * Adds up what ffprobe prints for `PACKET_ARGS`, line by line and in constant memory. The columns come in
 * ffprobe's own order, which does not depend on the order asked for: stream, pts, dts, duration, size. Packets
 * with side data are followed by a comma and an empty line.
 */
export class PacketMeter {
  private readonly tallies = new Map<number, Tally>();

  push(line: string): void {
    const columns = line.split(',');
    const index = Number(columns[0]);
    if (columns.length < 5 || columns[0] === '' || !Number.isInteger(index)) return;
    let tally = this.tallies.get(index);
    if (tally === undefined) {
      tally = { packets: 0, bytes: 0, first: null, end: null };
      this.tallies.set(index, tally);
    }
    tally.packets += 1;
    tally.bytes += seconds(columns[4]) ?? 0;
    // AVI and raw streams have decoding times alone; with no B-frames known they are as good.
    const time = seconds(columns[1]) ?? seconds(columns[2]);
    if (time === null) return;
    const end = time + Math.max(0, seconds(columns[3]) ?? 0);
    if (tally.first === null || time < tally.first) tally.first = time;
    if (tally.end === null || end > tally.end) tally.end = end;
  }

  result(): MeasuredStreams {
    return {
      streams: [...this.tallies.entries()]
        .sort(([a], [b]) => a - b)
        .map(([index, tally]) => ({
          index,
          packets: tally.packets,
          bytes: tally.bytes,
          firstSeconds: tally.first,
          endSeconds: tally.end,
        })),
    };
  }
}
