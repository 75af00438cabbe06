import type { Capabilities } from '#contracts';

/** Programs that not every node needs, and the jobs that it is given none of without them. */
const OPTIONAL: Readonly<Record<string, string>> = {
  dovi_tool: 'Dolby Vision, but for Profile 8.1 that is encoded anew where there is x265',
  x265: 'Dolby Vision and other films that a profile has encoded anew to HEVC',
};

/** What a node says at its start of the jobs that it will not be given, a sentence a program. */
export function missingTools({ tools }: Pick<Capabilities, 'tools'>): string[] {
  return Object.entries(OPTIONAL)
    .filter(([tool]) => tools[tool] === undefined)
    .map(([tool, jobs]) => `has no ${tool} on its PATH, and takes no jobs of ${jobs}`);
}
