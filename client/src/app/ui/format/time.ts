const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** A span of seconds for people, in its two largest units: `2 h 05 min`, `45 s`, `340 ms`. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds) || seconds < 0) return '–';
  if (seconds > 0 && seconds < 0.95) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  const total = Math.round(seconds);
  if (total < MINUTE) return `${total} s`;
  if (total < HOUR) return `${Math.floor(total / MINUTE)} min ${twoDigits(total % MINUTE)} s`;
  if (total < DAY)
    return `${Math.floor(total / HOUR)} h ${twoDigits(Math.floor((total % HOUR) / MINUTE))} min`;
  return `${Math.floor(total / DAY)} d ${Math.floor((total % DAY) / HOUR)} h`;
}

/** An interval for people, in one unit where it is whole: `6 hours`, `90 minutes`. */
export function formatInterval(seconds: number): string {
  const units: [number, string][] = [
    [DAY, 'day'],
    [HOUR, 'hour'],
    [MINUTE, 'minute'],
    [1, 'second'],
  ];
  const [size, name] = units.find(([length]) => seconds >= length && seconds % length === 0) ?? [1, 'second'];
  const count = seconds / size;
  return count === 1 ? `1 ${name}` : `${count} ${name}s`;
}

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });

/** Where `at` lies, seen from `now` (both ms since the epoch): `3 minutes ago`, `in 2 hours`. */
export function formatRelative(at: number, now: number): string {
  const seconds = Math.round((at - now) / 1000);
  const distance = Math.abs(seconds);
  if (distance < 10) return 'now';
  if (distance < 50) return relative.format(Math.round(seconds / 10) * 10, 'second');
  if (distance < 50 * MINUTE) return relative.format(Math.round(seconds / MINUTE), 'minute');
  if (distance < 22 * HOUR) return relative.format(Math.round(seconds / HOUR), 'hour');
  if (distance < 26 * DAY) return relative.format(Math.round(seconds / DAY), 'day');
  if (distance < 320 * DAY) return relative.format(Math.round(seconds / (30.44 * DAY)), 'month');
  return relative.format(Math.round(seconds / (365.25 * DAY)), 'year');
}

const full = new Intl.DateTimeFormat(undefined, { dateStyle: 'full', timeStyle: 'medium' });

/** A point in time in full, in the reader's zone. */
export function formatFull(at: number): string {
  return full.format(at);
}

const day = new Intl.DateTimeFormat('en', { dateStyle: 'medium' });

/** A day, ISO 8601 in and `Dec 21, 2026` out, in the reader's zone. */
export function formatDay(at: string): string {
  return day.format(Date.parse(at));
}

/** Seconds between two points in time, the second of which may still be to come (then `now`, ms, stands for it). */
export function secondsBetween(start: string | null, end: string | null, now: number): number | null {
  if (start === null) return null;
  return Math.max(0, ((end === null ? now : Date.parse(end)) - Date.parse(start)) / 1000);
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
