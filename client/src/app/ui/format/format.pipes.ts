import { Pipe, type PipeTransform } from '@angular/core';
import { formatBitRate, formatBytes, formatCount, formatPercent } from './bytes';
import { sentence } from './sentence';
import { formatDay, formatDuration, formatInterval } from './time';

/** Bytes: `1.4 GiB`. */
@Pipe({ name: 'bytes' })
export class BytesPipe implements PipeTransform {
  readonly transform = formatBytes;
}

/** Bit/s: `8.4 Mbit/s`. */
@Pipe({ name: 'bitRate' })
export class BitRatePipe implements PipeTransform {
  readonly transform = formatBitRate;
}

/** A whole number with its thousands grouped. */
@Pipe({ name: 'count' })
export class CountPipe implements PipeTransform {
  readonly transform = formatCount;
}

/** Per cent, 0 to 100: `42 %`. */
@Pipe({ name: 'share' })
export class SharePipe implements PipeTransform {
  readonly transform = formatPercent;
}

/** Seconds: `2 h 05 min`. */
@Pipe({ name: 'duration' })
export class DurationPipe implements PipeTransform {
  readonly transform = formatDuration;
}

/** Seconds between two runs: `6 hours`. */
@Pipe({ name: 'interval' })
export class IntervalPipe implements PipeTransform {
  readonly transform = formatInterval;
}

/** A point in time, ISO 8601, as a day: `Dec 21, 2026`. */
@Pipe({ name: 'day' })
export class DayPipe implements PipeTransform {
  readonly transform = formatDay;
}

/** A clause of the server's as a sentence. */
@Pipe({ name: 'sentence' })
export class SentencePipe implements PipeTransform {
  readonly transform = sentence;
}
