import { hostname } from 'node:os';
import path from 'node:path';
import { z } from 'zod';

const schema = z.object({
  BOILARR_SERVER_URL: z.url({ protocol: /^https?$/ }),
  /** secret */
  BOILARR_NODE_TOKEN: z.string().min(16, 'must have at least 16 characters'),
  BOILARR_NODE_NAME: z.string().min(1).default(hostname()),
  BOILARR_WORK_DIR: z.string().min(1),
  BOILARR_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).default('info'),
  BOILARR_SHUTDOWN: z.enum(['giveBack', 'finish']).default('giveBack'),
});

export interface AgentOptions {
  /** what becomes of running jobs at the first SIGTERM; the second one always gives them back */
  shutdown?: 'giveBack' | 'finish';
  /** without a trailing slash, with the server's URL base */
  serverUrl: string;
  token: string;
  name: string;
  /** absolute; holds one folder a job */
  workFolder: string;
  logLevel: string;
}

/** @throws Error naming each variable that is missing or wrong; values are not repeated, for one is a secret */
export function readAgentOptions(environment: NodeJS.ProcessEnv): AgentOptions {
  const result = schema.safeParse(environment);
  if (!result.success) {
    const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
    throw new Error(`the node agent's environment is wrong: ${problems.join('; ')}`);
  }
  const values = result.data;
  return {
    serverUrl: values.BOILARR_SERVER_URL.replace(/\/+$/, ''),
    token: values.BOILARR_NODE_TOKEN,
    name: values.BOILARR_NODE_NAME,
    workFolder: path.resolve(values.BOILARR_WORK_DIR),
    logLevel: values.BOILARR_LOG_LEVEL,
    shutdown: values.BOILARR_SHUTDOWN,
  };
}
