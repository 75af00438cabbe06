/** What stops the set-up, in words that say what to do. Shown without a stack. */
export class SetupError extends Error {}

/**
 * One line of progress, on stderr: stdout carries the result of the set-up and the output of what runs after it.
 * @param {string} line
 */
export function say(line) {
  process.stderr.write(`set-up: ${line}\n`);
}

/**
 * Says what begins, and how long it took when it has ended.
 * @template T
 * @param {string} what
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function timed(what, work) {
  say(`${what} ...`);
  const start = performance.now();
  const result = await work();
  say(`${what}: ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}
