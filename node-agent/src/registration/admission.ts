import type { Capabilities, PathMapping, RegisterResponse } from '#contracts';
import { IdentityFile } from './identity-file.js';
import { askServer, endOf, nodeToken, type JoinOptions } from './join.js';
import { register } from './register.js';
import { ServerClient, ServerRefusal, type Waiting } from './server-client.js';

/** ms between two tries when the server has been away for a while. */
const LONGEST_PAUSE_MS = 30_000;

export interface AdmissionOptions extends JoinOptions {
  workFolder: string;
  jobRoots: readonly string[];
  capabilities: Capabilities;
  pathMappings: PathMapping[];
  /** told after each exchange with the server; see ServerClient */
  onContact: (problem: string | null) => void;
  waiting: Omit<Waiting, 'longestPauseMs'>;
}

/**
 * Joins where that has not been done, and registers; waits for the server as long as it takes. A node whose token is refused joins anew
 * if it was given another join token since.
 * @throws AgentEnd when the server will not have it
 */
export async function admit(
  options: AdmissionOptions,
): Promise<{ client: ServerClient; registration: RegisterResponse }> {
  const file = new IdentityFile(options.workFolder);
  const waiting = { ...options.waiting, longestPauseMs: LONGEST_PAUSE_MS };
  let refused: string | null = null;
  for (;;) {
    try {
      const token: string = await nodeToken(options, file, askServer(options.serverUrl, waiting), refused);
      const client = new ServerClient(options.serverUrl, token, options.onContact);
      try {
        return { client, registration: await register(client, { ...options, waiting }) };
      } catch (error) {
        if (!(error instanceof ServerRefusal) || error.status !== 401 || refused !== null) throw error;
        refused = token;
      }
    } catch (error) {
      if (error instanceof ServerRefusal) throw endOf(error);
      throw error;
    }
  }
}
