/** One report of `-progress pipe:1`. */
export interface FfmpegProgress {
  frame: number | null;
  fps: number | null;
  /** bytes written so far */
  totalSize: number | null;
  /** seconds of output */
  outSeconds: number | null;
  /** times real time */
  speed: number | null;
  done: boolean;
}

function number(text: string | undefined): number | null {
  if (text === undefined) return null;
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * Collects the `key=value` lines of one report and hands it out at its last line, `progress=continue` or `end`.
 * `out_time_us` is used because `out_time_ms` is in microseconds too, in every release so far.
 */
export class FfmpegProgressParser {
  private values = new Map<string, string>();

  push(line: string): FfmpegProgress | null {
    const at = line.indexOf('=');
    if (at < 0) return null;
    const key = line.slice(0, at);
    const value = line.slice(at + 1).trim();
    if (key !== 'progress') {
      this.values.set(key, value);
      return null;
    }
    const values = this.values;
    this.values = new Map();
    const micros = number(values.get('out_time_us') ?? values.get('out_time_ms'));
    return {
      frame: number(values.get('frame')),
      fps: number(values.get('fps')),
      totalSize: number(values.get('total_size')),
      // Before the first frame ffmpeg says the smallest 64-bit number.
      outSeconds: micros === null || micros < 0 ? null : micros / 1e6,
      speed: number(values.get('speed')),
      done: value === 'end',
    };
  }
}
