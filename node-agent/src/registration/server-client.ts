import { setTimeout as sleep } from 'node:timers/promises';
import { apiError, LEASE_HEADER, PROTOCOL_HEADER, PROTOCOL_VERSION } from '#contracts';
import { VERSION } from '#engine/version.js';
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

  /** It is the node itself that is refused, or its version, and not this one request. */
  get isOfNode(): boolean {
    return [401, 403, 409].includes(this.status);
  }
}

/** The server cannot be reached, or is in trouble itself. */
export class ServerUnreachable extends Error {
  /** what it has answered with; null: nothing */
  readonly status: number | null;

  constructor(message: string, { status, ...options }: ErrorOptions & { status?: number } = {}) {
    super(message, options);
    this.name = 'ServerUnreachable';
    this.status = status ?? null;
  }
}

const REQUEST_TIMEOUT_MS = 30_000;
const LONGEST_PAUSE_MS = 10_000;

/** How to wait for a server that is away. */
export interface Waiting {
  signal: AbortSignal;
  onRetry?: (error: Error) => void;
  /** ms; the pauses grow up to this */
  longestPauseMs?: number;
}

/** What of a request is the caller's own. */
interface Exchange {
  method: 'GET' | 'POST' | 'PUT';
  headers?: Record<string, string>;
  body?: string | Uint8Array<ArrayBuffer>;
  signal: AbortSignal;
}

const isTimeout = (reason: unknown): boolean => reason instanceof Error && reason.name === 'TimeoutError';

/** What the system calls it: ` (ECONNREFUSED)`. */
function whyOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return '';
  return ` (${'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message})`;
}

/** The sentence for people in a refusal, or its text when it is of another kind, such as a proxy's page. */
function saidIn(body: string): string {
  try {
    return apiError.parse(JSON.parse(body)).message;
  } catch {
    return body.slice(0, 500);
  }
}

/** The agent's side of the HTTP protocol in contracts' `agent-protocol`. */
export class ServerClient {
  constructor(
    private readonly serverUrl: string,
    private readonly token: string,
    /** told after each exchange: null when the server answered, else what came in between */
    private readonly onContact: (problem: string | null) => void = () => undefined,
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
    const response = await this.exchange(route, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      leaseToken,
    });
    try {
      if (answer !== null) return answer.parse(await response.json());
      await response.body?.cancel();
      return null;
    } catch (error) {
      throw new ServerUnreachable(`no answer from ${this.serverUrl}`, { cause: error });
    }
  }

  /**
   * One request whose body or answer is not JSON; the answer's body is still to be read.
   * @throws ServerRefusal (4xx), ServerUnreachable (no answer, or 5xx)
   */
  async exchange(
    route: string,
    { leaseToken, headers, ...request }: Exchange & { leaseToken?: string | undefined },
  ): Promise<Response> {
    let response: Response;
    try {
      response = await fetch(`${this.serverUrl}/api/v1/agent/${route}`, {
        ...request,
        headers: {
          ...headers,
          [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
          'user-agent': `boilarr-node/${VERSION}`,
          authorization: `Bearer ${this.token}`,
          ...(leaseToken === undefined ? {} : { [LEASE_HEADER]: leaseToken }),
        },
      });
    } catch (error) {
      const problem = `no answer from ${this.serverUrl}${whyOf(error)}`;
      // Who has given up waiting says nothing of the server.
      if (!request.signal.aborted || isTimeout(request.signal.reason)) this.onContact(problem);
      throw new ServerUnreachable(problem, { cause: error });
    }
    this.onContact(response.status < 500 ? null : `${this.serverUrl} answers with ${response.status}`);
    if (response.ok) return response;
    const text = saidIn((await response.text().catch(() => '')).slice(0, 2000));
    if (response.status >= 400 && response.status < 500 && response.status !== 429) {
      throw new ServerRefusal(response.status, `the server refused ${route}: ${response.status} ${text}`);
    }
    const { status } = response;
    throw new ServerUnreachable(`the server answered ${route} with ${status} ${text}`, { status });
  }

  /** Like `post`, but goes on trying with growing pauses until the server answers or the signal aborts. */
  async postUntilAnswered<T>(
    route: string,
    body: unknown,
    answer: z.ZodType<T> | null,
    options: Waiting & { leaseToken?: string },
  ): Promise<T | null> {
    const longest = options.longestPauseMs ?? LONGEST_PAUSE_MS;
    for (let pause = 200; ; pause = Math.min(pause * 2, longest)) {
      try {
        return await this.post(route, body, answer, options.leaseToken);
      } catch (error) {
        if (!(error instanceof ServerUnreachable)) throw error;
        options.onRetry?.(error);
        // Not all at the same moment: a server that comes back may have many nodes.
        await sleep(pause * (0.75 + Math.random() / 4), undefined, { signal: options.signal });
      }
    }
  }
}
