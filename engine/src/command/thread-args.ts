/**
 * The same command of ffmpeg with so many threads for each decoder and for the filters; encoders have words of their own. One that has
 * been told already stays as it is.
 * @param threads 0: as many as they like
 */
export function withThreads(args: readonly string[], threads: number): string[] {
  if (threads === 0 || args.includes('-filter_threads')) return [...args];
  const count = String(threads);
  return [
    '-filter_threads',
    count,
    ...args.flatMap((arg, at) => (arg === '-i' && at + 1 < args.length ? ['-threads', count, arg] : [arg])),
  ];
}
