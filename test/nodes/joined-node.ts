import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import {
  createdJoinToken,
  joinResponse,
  PROTOCOL_VERSION,
  registerResponse,
  type Capabilities,
  type RegisterResponse,
} from '../../contracts/src/index.js';
import type { StartedServer } from '../support/server.js';

const TOOL = { path: '/nowhere', version: '1' };
const CAPABILITIES: Capabilities = {
  tools: { ffmpeg: TOOL, ffprobe: TOOL, mkvmerge: TOOL },
  encoders: ['libsvtav1', 'libopus'],
  ...{ decoders: [], filters: [], hardwareEncoders: [], svtAv1Version: '1.4.1', gpus: [] },
  ...{ cores: 24, memoryBytes: 1, platform: 'linux' },
};

/** A node that has joined as its program does, of which there is nothing but its word and its connections. */
export class JoinedNode {
  private constructor(
    private readonly url: string,
    readonly id: number,
    readonly token: string,
    readonly joinToken: string,
    public registration: RegisterResponse,
  ) {}

  static async join(server: StartedServer, name: string): Promise<JoinedNode> {
    const { token: joinToken } = createdJoinToken.parse(await server.api('POST', 'nodes/join-tokens', {}));
    const nodeToken = randomBytes(32).toString('hex');
    const body = { protocol: PROTOCOL_VERSION, version: '0', name, nodeToken };
    const joined = joinResponse.parse(await (await post(server.url, 'join', joinToken, body)).json());
    const registration = await register(server.url, nodeToken);
    return new JoinedNode(server.url, joined.nodeId, nodeToken, joinToken, registration);
  }

  async register(): Promise<void> {
    this.registration = await register(this.url, this.token);
  }

  post(route: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
    return post(this.url, route, this.token, body, headers);
  }

  /** @returns the status of a heartbeat: whether the server knows it */
  async beat(): Promise<number> {
    return (await this.post('heartbeat', { leases: [], busySlots: 0, usage: null, resting: null })).status;
  }

  /** The key of the list that Bull takes this node's jobs from. */
  get waitKey(): string {
    return `bull:${this.registration.queues[0]?.name ?? ''}:wait`;
  }

  /** A connection to Redis as this node. @param ca of a server that nobody else vouches for */
  redis(options: { reconnects?: boolean; ca?: string } = {}): Redis {
    const { host, port, db, username, password, tls } = this.registration.redis;
    const client = new Redis({
      host: host ?? '127.0.0.1',
      ...{ port, db, username: username ?? '', password: password ?? '', maxRetriesPerRequest: null },
      ...(tls ? { tls: options.ca === undefined ? {} : { ca: options.ca } } : {}),
      retryStrategy: () => (options.reconnects === true ? 50 : null),
    });
    client.on('error', () => undefined);
    onTestFinished(() => {
      client.disconnect();
    });
    return client;
  }
}

/** Registers as a node of which its token is known. */
export async function register(url: string, token: string): Promise<RegisterResponse> {
  const response = await post(url, 'register', token, {
    ...{ protocol: PROTOCOL_VERSION, version: '0', capabilities: CAPABILITIES, workJobIds: [] },
    pathMappings: [],
  });
  if (!response.ok) throw new Error(`register: ${response.status} ${await response.text()}`);
  return registerResponse.parse(await response.json());
}

function post(
  url: string,
  route: string,
  bearer: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Response> {
  return fetch(`${url}/api/v1/agent/${route}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${bearer}`, ...headers },
    body: JSON.stringify(body),
  });
}
