import { JOIN_TOKEN, NODE_TOKEN, pathMapping } from '#contracts';
import { z } from 'zod';

const NO_PORT = 'must be a port: a whole number from 1 to 65535';

const folder = z
  .string()
  .min(1)
  .refine((text) => !text.includes('\0'), 'must be the path of a folder');

/** What each option may be. The messages name no value: one of them is a secret, and all may be mixed up. */
export const optionValues = {
  server: z
    .url({ protocol: /^https?$/, error: 'must be an address such as http://nas:2645' })
    .transform((url) => url.replace(/\/+$/, '')),
  /** secret */
  token: z
    .string()
    .refine(
      (text) => JOIN_TOKEN.test(text) || NODE_TOKEN.test(text),
      'must be a join token: join_ and 48 hexadecimal digits, as the Nodes page shows it once',
    ),
  name: z
    .string()
    .trim()
    .min(1, 'must not be empty')
    .max(60, 'must have at most 60 characters')
    .refine((text) => !/\p{Cc}/u.test(text), 'must not hold control characters'),
  work: folder,
  scratch: folder,
  logLevel: z.enum(['trace', 'debug', 'info', 'warn', 'error'], {
    error: 'must be one of trace, debug, info, warn and error',
  }),
  shutdown: z.enum(['giveBack', 'finish'], { error: 'must be giveBack or finish' }),
  healthPort: z.coerce.number(NO_PORT).int(NO_PORT).min(1, NO_PORT).max(65_535, NO_PORT),
  pathMappings: z
    .array(pathMapping, { error: 'must be a list of entries with server and node' })
    .max(100, 'must be at most 100'),
};

export type OptionName = keyof typeof optionValues;
export const OPTION_NAMES = Object.keys(optionValues) as readonly OptionName[];

/** A value as somebody gave it, and where: `--server`, `BOILARR_SERVER_URL`, `server in /etc/node.yaml`. */
export interface GivenOption {
  name: OptionName;
  value: unknown;
  source: string;
}

/** What was given is wrong; one line a problem, each naming the option and where it was given. */
export class OptionsError extends Error {
  constructor(readonly problems: readonly string[]) {
    super(problems.join('; '));
    this.name = 'OptionsError';
  }
}
