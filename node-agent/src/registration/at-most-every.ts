/** Calls through at most once in so many ms; what comes in between is left out. */
export function atMostEvery<Arguments extends unknown[]>(
  ms: number,
  call: (...args: Arguments) => void,
): (...args: Arguments) => void {
  let last = Number.NEGATIVE_INFINITY;
  return (...args) => {
    const now = performance.now();
    if (now - last < ms) return;
    last = now;
    call(...args);
  };
}
