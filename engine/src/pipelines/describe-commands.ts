import type { FilmPipeline } from '../plan/plan.types.js';
import { describeCompress } from './compress/commands.js';
import type { CommandsInput, DescribedCommands } from './described.js';
import { describeDolbyVision } from './dolby-vision/commands.js';
import { describeStandard } from './standard/commands.js';

export type { CommandsInput, DescribedCommands } from './described.js';

const DESCRIBED: Readonly<Record<FilmPipeline, (input: CommandsInput) => DescribedCommands>> = {
  compress: describeCompress,
  dolby_vision: describeDolbyVision,
  standard: describeStandard,
};

/** The commands of a film's plan in the order in which a node runs them. */
export function describeCommands(input: CommandsInput): DescribedCommands {
  return DESCRIBED[input.plan.pipeline](input);
}
