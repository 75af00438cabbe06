import { setTimeout as sleep } from 'node:timers/promises';
import { LEASE_HEADER } from '#contracts';
import type { z } from 'zod';

/** The server said no; asking again would give the same answer. */
export class ServerRefusal extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
    this.name = 'ServerRefusal';
  }
}

/** The server cannot be reached, or is in trouble itself. */
class ServerUnreachable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'ServerUnreachable';
  }
}

const REQUEST_TIMEOUT_MS = 30_000;
const LONGEST_PAUSE_MS = 10_000;

/** The agent's side of the HTTP protocol in contracts' `agent-protocol`. */
export class ServerClient {
  constructor(
    private readonly serverUrl: string,
    private readonly token: string,
  ) {}

  /**
   * One request.
   * @throws ServerRefusal (4xx), ServerUnreachable (no answer, or 5xx)
   */
  async post<T>(
    route: string,
    body: unknown,
    answer: z.ZodType<T> | null,
    leaseToken?: string,
  ): Promise<T | null> {
    let response: Response;
    try {
      response = await fetch(`${this.serverUrl}/api/v1/agent/${route}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          authorization: `Bearer ${this.token}`,
          ...(leaseToken === undefined ? {} : { [LEASE_HEADER]: leaseToken }),
        },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      });
      if (response.ok) {
        if (answer !== null) return answer.parse(await response.json());
        await response.body?.cancel();
        return null;
      }
    } catch (error) {
      throw new ServerUnreachable(`no answer from ${this.serverUrl}`, { cause: error });
    }
    const text = (await response.text().catch(() => '')).slice(0, 500);
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      throw new ServerRefusal(response.status, `the server refused ${route}: ${response.status} ${text}`);
    }
    throw new ServerUnreachable(`the server answered ${route} with ${response.status} ${text}`);
  }

  /** Like `post`, but goes on trying with growing pauses until the server answers or the signal aborts. */
  async postUntilAnswered<T>(
    route: string,
    body: unknown,
    answer: z.ZodType<T> | null,
    options: { signal: AbortSignal; leaseToken?: string; onRetry?: (error: Error) => void },
  ): Promise<T | null> {
    for (let pause = 200; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      try {
        return await this.post(route, body, answer, options.leaseToken);
      } catch (error) {
        if (!(error instanceof ServerUnreachable)) throw error;
        options.onRetry?.(error);
        await sleep(pause, undefined, { signal: options.signal });
      }
    }
  }
}
