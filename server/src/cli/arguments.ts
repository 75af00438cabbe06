import { parseArgs } from 'node:util';

export interface CliArguments {
  libraries: string[];
  profile: string | undefined;
  once: boolean;
  dryRun: boolean;
  minimumAgeSeconds: number | undefined;
  help: boolean;
}

export const USAGE = `Boilarr makes home media libraries smaller without losing anything.

npm start                              start the server
npm start -- --library DIR             add DIR as a library and begin
npm start -- --library DIR --once      ... and end when nothing is left to do
npm start -- --library DIR --dry-run   say what would be done and why; touch nothing

  --library DIR           may be given several times
  --profile NAME          profile for libraries that are added (av1-default)
  --minimum-age SECONDS   files changed more recently wait (60), for libraries that are added
  --once                  end when nothing is left to do: 0, or 1 if a file failed
  --dry-run               print the decisions with their reasons
  --help                  this text
`;

export class UsageError extends Error {}

/** @throws UsageError with a sentence for the person who typed it */
export function parseArguments(argv: readonly string[]): CliArguments {
  const { values } = readArguments(argv);
  const age = values['minimum-age'];
  if (age !== undefined && !/^\d+$/.test(age))
    throw new UsageError(`--minimum-age wants seconds, not ${age}`);
  const libraries = values.library ?? [];
  if (values['dry-run'] && libraries.length === 0) {
    throw new UsageError('--dry-run wants at least one --library DIR');
  }
  return {
    libraries,
    profile: values.profile,
    once: values.once,
    dryRun: values['dry-run'],
    minimumAgeSeconds: age === undefined ? undefined : Number(age),
    help: values.help,
  };
}

function readArguments(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      strict: true,
      options: {
        library: { type: 'string', multiple: true },
        profile: { type: 'string' },
        'minimum-age': { type: 'string' },
        once: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}
