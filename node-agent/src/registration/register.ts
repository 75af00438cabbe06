import {
  PROTOCOL_VERSION,
  registerResponse,
  type Capabilities,
  type PathMapping,
  type RegisterResponse,
} from '#contracts';
import type { ServerClient, Waiting } from './server-client.js';
import { jobFolders, removeJobFolders } from './work-folders.js';

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
    /** those that hold one folder a job */
    jobRoots: readonly string[];
    pathMappings: PathMapping[];
    waiting: Waiting;
  },
): Promise<RegisterResponse> {
  const workJobIds = await jobFolders(options.jobRoots);
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
  await removeJobFolders(
    options.jobRoots,
    workJobIds.filter((jobId) => !keep.has(jobId)),
    () => false,
  );
  return response;
}
