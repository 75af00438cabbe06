import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { UsageError } from './usage-error.js';

/** @throws UsageError for an option that there is not, or that wants a value */
export function readArguments<T extends ParseArgsOptionsConfig>(
  argv: readonly string[],
  usage: string,
  allowPositionals: boolean,
  options: T,
) {
  try {
    return parseArgs({ args: [...argv], strict: true, allowPositionals, options });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error), usage);
  }
}
