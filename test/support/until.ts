import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Asks again and again until there is an answer.
 * @throws Error that says what was waited for, and the last that was seen
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  options: { timeoutMs?: number; seen?: () => unknown } = {},
): Promise<T> {
  const end = Date.now() + (options.timeoutMs ?? 60_000);
  for (;;) {
    const answer = await ask();
    if (answer !== null && answer !== undefined && answer !== false) return answer;
    if (Date.now() > end) {
      const seen = options.seen === undefined ? '' : `; last seen: ${JSON.stringify(await options.seen())}`;
      throw new Error(`waited in vain for ${what}${seen}`);
    }
    await sleep(50);
  }
}
