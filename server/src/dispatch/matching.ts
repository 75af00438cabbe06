import type { Capabilities, Reason } from '#contracts';

/** Encoders and tools that a pipeline cannot do without, by the pipeline's name. */
const NEEDS: Readonly<Record<string, { encoders: readonly string[]; tools: readonly string[] }>> = {
  compress: { encoders: ['libsvtav1', 'libopus'], tools: ['ffmpeg', 'ffprobe', 'mkvmerge'] },
};

/** @returns why a node cannot do a pipeline's jobs, or null when it can */
export function cannotRun(pipeline: string, capabilities: Capabilities | null): Reason | null {
  const needs = NEEDS[pipeline];
  if (needs === undefined) return null;
  if (capabilities === null)
    return { code: 'unknown_capabilities', message: 'the node has not said what it can do' };
  const missing = [
    ...needs.tools.filter((tool) => capabilities.tools[tool] === undefined),
    ...needs.encoders
      .filter((encoder) => !capabilities.encoders.includes(encoder))
      .map((name) => `encoder ${name}`),
  ];
  if (missing.length === 0) return null;
  return { code: 'missing_tools', message: `the node lacks ${missing.join(', ')}` };
}
