import type { Capabilities } from '#contracts';

/** What a node can do, in a line for its log. */
export function summaryOf({ tools, gpus, cores, platform }: Capabilities): string {
  const versions = Object.entries(tools).map(([name, { version }]) => `${name} ${version}`);
  const cards = gpus.map(
    ({ id, name, encoders }) => `${id} ${name}: ${encoders.join(', ') || 'encodes nothing'}`,
  );
  return [`${cores} processors (${platform})`, ...versions, ...cards].join('; ');
}
