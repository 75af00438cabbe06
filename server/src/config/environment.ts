import path from 'node:path';
import { z } from 'zod';
import { SHUTDOWN_MODES } from './app-config.js';
import { FAULT_POINTS } from '../replace/fault-points.js';

const environmentSchema = z.object({
  BOILARR_CONFIG_DIR: z.string().min(1).optional(),
  BOILARR_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  BOILARR_API_KEY: z.string().min(16, 'must have at least 16 characters').optional(),
  BOILARR_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  BOILARR_NODES_REDIS_URL: z.url({ protocol: /^rediss?$/ }).optional(),
  BOILARR_REDIS_PORT: z.coerce.number().int().min(1).max(65_535).optional(),
  BOILARR_REMOTE_NODES: z.stringbool().optional(),
  BOILARR_LOG_LEVEL: z.enum(['trace', 'debug', 'info', 'warn', 'error']).optional(),
  BOILARR_URL_BASE: z.string().optional(),
  BOILARR_BUILT_IN_NODE: z.stringbool().optional(),
  BOILARR_SHUTDOWN: z.enum(SHUTDOWN_MODES).optional(),
  /** for tests alone: where the process kills itself, `name` or `name:pass` */
  BOILARR_FAULT_POINT: z
    .string()
    .regex(/^[a-z_.]+(:[1-9]\d{0,3})?$/)
    .transform((text, context) => {
      const [name, pass = '1'] = text.split(':');
      const known = FAULT_POINTS.find((point) => point === name);
      if (known !== undefined) return { name: known, pass: Number(pass) };
      context.addIssue({ code: 'custom', message: 'there is no such fault point' });
      return z.NEVER;
    })
    .optional(),
});
export type Environment = z.infer<typeof environmentSchema>;

/**
 * The only reader of the environment.
 * @throws Error naming each variable that is wrong; values are not repeated, for some are secrets
 */
export function readEnvironment(variables: NodeJS.ProcessEnv): Environment {
  const set = Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ''));
  const result = environmentSchema.safeParse(set);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new Error(`the environment is wrong: ${problems.join('; ')}`);
}

/** The configuration folder: as the environment says, else `config` beside the program. */
export function configDirectory(environment: Environment, projectRoot: string): string {
  return path.resolve(environment.BOILARR_CONFIG_DIR ?? path.join(projectRoot, 'config'));
}
