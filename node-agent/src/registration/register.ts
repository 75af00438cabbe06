import { readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import {
  PROTOCOL_VERSION,
  registerResponse,
  type Capabilities,
  type PathMapping,
  type RegisterResponse,
} from '#contracts';
import type { ServerClient, Waiting } from './server-client.js';

/** The name of a job's folder in the work folder. */
export function jobFolderName(jobId: number): string {
  return `job-${jobId}`;
}

async function jobFolders(workFolder: string): Promise<number[]> {
  const names = await readdir(workFolder).catch(() => []);
  return names.flatMap((name) => {
    const match = /^job-(\d+)$/.exec(name);
    return match?.[1] === undefined ? [] : [Number(match[1])];
  });
}

/**
 * Tells the server that this node is there and what it can do, waiting for the server as long as it takes, and
 * throws away the folders of jobs that are over.
 * @throws ServerRefusal when the token or the protocol is refused
 */
export async function register(
  client: ServerClient,
  options: {
    version: string;
    capabilities: Capabilities;
    workFolder: string;
    pathMappings: PathMapping[];
    waiting: Waiting;
  },
): Promise<RegisterResponse> {
  const workJobIds = await jobFolders(options.workFolder);
  const response = await client.postUntilAnswered(
    'register',
    {
      protocol: PROTOCOL_VERSION,
      version: options.version,
      capabilities: options.capabilities,
      workJobIds,
      pathMappings: options.pathMappings,
    },
    registerResponse,
    options.waiting,
  );
  if (response === null) throw new Error('the server answered a registration with nothing');
  const keep = new Set(response.keepJobIds);
  for (const jobId of workJobIds) {
    if (!keep.has(jobId)) {
      await rm(path.join(options.workFolder, jobFolderName(jobId)), { recursive: true, force: true });
    }
  }
  return response;
}
