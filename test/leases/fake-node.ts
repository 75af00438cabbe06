import {
  assignment,
  heartbeatResponse,
  LEASE_HEADER,
  PROTOCOL_VERSION,
  type Assignment,
  type Capabilities,
} from '../../contracts/src/index.js';

export type Lease = Pick<Assignment, 'jobId' | 'leaseToken'>;

const TOOL = { path: '/nowhere', version: '1' };
const CAPABILITIES: Capabilities = {
  tools: { ffmpeg: TOOL, ffprobe: TOOL, mkvmerge: TOOL },
  encoders: ['libsvtav1', 'libopus'],
  ...{ decoders: [], filters: [], hardwareEncoders: [], svtAv1Version: null, gpus: [] },
  ...{ cores: 1, memoryBytes: 1, platform: 'linux' },
};
const REASON = { code: 'tool_failed', message: 'made up' };
const BODIES = {
  report: { steps: [{ index: 0, name: 'stage', state: 'running', at: 1 }], log: '' },
  deliver: { outputs: [], result: {} },
  skip: { reason: REASON },
  fail: { error: REASON, retryable: true },
  'give-back': {},
} as const;

/** A node of which there is nothing but its word. */
export class FakeNode {
  private readonly url: string;
  private readonly token: string;

  constructor(url: string, token: string) {
    this.url = url;
    this.token = token;
  }

  async register(): Promise<void> {
    await this.post('register', {
      ...{ protocol: PROTOCOL_VERSION, version: '0', capabilities: CAPABILITIES, workJobIds: [] },
      pathMappings: [],
    });
  }

  async claim(jobId: number, attempt: number): Promise<Lease> {
    const response = await this.post(`jobs/${jobId}/claim`, { attempt });
    return assignment.parse(await response.json());
  }

  /** @returns the status that the server answers with */
  async say({ jobId, leaseToken }: Lease, what: keyof typeof BODIES): Promise<number> {
    return (await this.send(`jobs/${jobId}/${what}`, BODIES[what], leaseToken)).status;
  }

  /** @returns ids of those that the node holds no longer, as the server says */
  async revoked(leases: readonly Lease[]): Promise<number[]> {
    const body = {
      leases: leases.map(({ jobId, leaseToken }) => ({ jobId, leaseToken, progress: null })),
      busySlots: 0,
      usage: null,
      resting: null,
    };
    const answer = heartbeatResponse.parse(await (await this.post('heartbeat', body)).json());
    return answer.revoked.map(({ jobId }) => jobId);
  }

  private async post(route: string, body: unknown): Promise<Response> {
    const response = await this.send(route, body);
    if (!response.ok) throw new Error(`${route}: ${response.status} ${await response.text()}`);
    return response;
  }

  private send(route: string, body: unknown, leaseToken?: string): Promise<Response> {
    return fetch(`${this.url}/api/v1/agent/${route}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${this.token}`,
        ...(leaseToken === undefined ? {} : { [LEASE_HEADER]: leaseToken }),
      },
      body: JSON.stringify(body),
    });
  }
}
