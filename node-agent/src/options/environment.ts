import type { GivenOption, OptionName } from './option-values.js';

/** Where options stand in the environment. */
export const VARIABLES: Readonly<Record<OptionName, string>> = {
  server: 'BOILARR_SERVER_URL',
  token: 'BOILARR_NODE_TOKEN',
  name: 'BOILARR_NODE_NAME',
  work: 'BOILARR_WORK_DIR',
  scratch: 'BOILARR_NODE_SCRATCH',
  logLevel: 'BOILARR_LOG_LEVEL',
  shutdown: 'BOILARR_SHUTDOWN',
  healthPort: 'BOILARR_NODE_HEALTH_PORT',
  pathMappings: 'BOILARR_PATH_MAP',
};

/** The file's place is no option of its own, since it cannot stand in the file. */
export const CONFIG_VARIABLE = 'BOILARR_NODE_CONFIG';

/**
 * `/server=/node;/other=Z:\other`: the server's path first. A path that has one of the two signs in it must stand in the file.
 * An entry without the sign between comes out with an empty side, which is refused with the rest.
 */
export function parsePathMap(text: string): { server: string; node: string }[] {
  return text
    .split(';')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '')
    .map((entry) => {
      const at = entry.indexOf('=');
      return at < 0
        ? { server: entry, node: '' }
        : { server: entry.slice(0, at).trim(), node: entry.slice(at + 1).trim() };
    });
}

/** What the environment says; an empty variable says nothing, as compose files set those that are left open. */
export function readVariables(environment: NodeJS.ProcessEnv): GivenOption[] {
  return (Object.entries(VARIABLES) as [OptionName, string][]).flatMap(([name, source]) => {
    const text = environment[source];
    if (text === undefined || text.trim() === '') return [];
    return [{ name, source, value: name === 'pathMappings' ? parsePathMap(text) : text }];
  });
}
