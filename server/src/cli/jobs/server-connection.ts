import { stat } from 'node:fs/promises';
import path from 'node:path';
import { apiError, fieldErrors } from '#contracts';
import { type z } from 'zod';
import type { Environment } from '../../config/environment.js';
import { loadConfig } from '../../config/load-config.js';

/** ms; a request does nothing that takes longer: a file that is added may be probed for a minute */
const TIMEOUT_MS = 120_000;

/** A request that the server understood and refused. */
export class ServerRefusal extends Error {
  constructor(
    message: string,
    readonly status: number,
  ) {
    super(message);
    this.name = 'ServerRefusal';
  }
}

function isThere(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  );
}

/** The server that runs with a configuration, over HTTP on this machine. */
export class ServerConnection {
  private constructor(
    private readonly url: string,
    private readonly apiKey: string,
    private readonly signal: AbortSignal,
  ) {}

  /**
   * Reads port, URL base and API key; asks nothing yet.
   * @param directory the configuration folder; nothing is made in it
   * @throws Error when no server has ever run with it
   */
  static async open(
    directory: string,
    environment: Environment,
    signal: AbortSignal,
  ): Promise<ServerConnection> {
    const file = path.join(directory, 'config.yaml');
    if (!(await isThere(directory)) || (!(await isThere(file)) && environment.BOILARR_API_KEY === undefined))
      throw new Error(
        `no server has run with the configuration folder ${directory} yet; start it with "npm start", or say with ` +
          'BOILARR_CONFIG_DIR where its folder is',
      );
    const { port, urlBase, apiKey } = await loadConfig(directory, environment);
    return new ServerConnection(`http://127.0.0.1:${port}${urlBase}`, apiKey, signal);
  }

  get<T>(route: string, schema: z.ZodType<T>): Promise<T> {
    return this.ask('GET', route, schema);
  }

  post<T>(route: string, body: object, schema: z.ZodType<T>): Promise<T> {
    return this.ask('POST', route, schema, body);
  }

  /** @throws ServerRefusal; Error when nobody answers, or somebody else does */
  private async ask<T>(method: string, route: string, schema: z.ZodType<T>, body?: object): Promise<T> {
    let response: Response;
    let text: string;
    try {
      response = await fetch(`${this.url}/api/v1/${route}`, {
        method,
        headers: { 'X-Api-Key': this.apiKey, 'content-type': 'application/json' },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        signal: AbortSignal.any([this.signal, AbortSignal.timeout(TIMEOUT_MS)]),
      });
      text = await response.text();
    } catch (error) {
      this.signal.throwIfAborted();
      throw new Error(
        `no server answers at ${this.url}; start it with "npm start", or say with BOILARR_CONFIG_DIR and ` +
          'BOILARR_PORT which one is meant',
        { cause: error },
      );
    }
    if (response.status === 401)
      throw new Error(
        `the server at ${this.url} has another API key than the configuration; it was started with another one`,
      );
    const answer = parse(text);
    if (!response.ok) throw new ServerRefusal(sentenceOf(answer) ?? this.stranger(), response.status);
    const result = schema.safeParse(answer);
    if (result.success) return result.data;
    throw new Error(this.stranger());
  }

  private stranger(): string {
    return `what answers at ${this.url} is not this version of Boilarr; look at port and urlBase in config.yaml`;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function sentenceOf(answer: unknown): string | null {
  const one = apiError.safeParse(answer);
  if (one.success) return one.data.message;
  const fields = fieldErrors.safeParse(answer);
  if (!fields.success) return null;
  return fields.data.map((field) => `${field.propertyName}: ${field.errorMessage}`).join('; ');
}
