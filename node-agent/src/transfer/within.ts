/** A share has not answered in time. */
export class NoAnswer extends Error {
  constructor(ms: number) {
    super(`no answer within ${ms / 1000} s; is the share there?`);
    this.name = 'NoAnswer';
  }
}

/**
 * @returns what `work` comes to, unless that takes longer; it is left alone then, because a call into a share that hangs
 *   cannot be ended
 * @throws NoAnswer after `ms`; the signal's reason
 */
export async function within<T>(ms: number, work: Promise<T>, signal?: AbortSignal): Promise<T> {
  let end: () => void = () => undefined;
  const late = new Promise<never>((_resolve, reject) => {
    const timer = setTimeout(() => {
      reject(new NoAnswer(ms));
    }, ms);
    const onAbort = () => {
      reject(signal?.reason instanceof Error ? signal.reason : new Error('it was ended'));
    };
    signal?.addEventListener('abort', onAbort);
    end = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
    };
    if (signal?.aborted === true) onAbort();
  });
  work.catch(() => undefined);
  try {
    return await Promise.race([late, work]);
  } finally {
    end();
  }
}
