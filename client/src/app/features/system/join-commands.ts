/** The ways to start a node on another machine, each as what is typed there. */
export interface JoinCommand {
  label: string;
  command: string;
}

/**
 * @param base where the browser has found the server, as `document.baseURI` says it
 * @param command for the agent without a container, as the server words it
 */
export function joinCommands(base: string, token: string, command: string): JoinCommand[] {
  return [
    {
      label: 'With Docker',
      command: [
        'docker run -d --name boilarr-node',
        '--restart unless-stopped --stop-timeout 20',
        `-e BOILARR_SERVER_URL=${base.replace(/\/+$/, '')}`,
        `-e BOILARR_NODE_TOKEN=${token}`,
        '-v boilarr-work:/work ghcr.io/boilarr/boilarr-node',
      ].join(' \\\n  '),
    },
    { label: 'Without, from the archive of the release', command },
  ];
}

/** Whether an address means the machine that uses it: on another machine it leads nowhere. */
export function isLoopback(base: string): boolean {
  const { hostname } = new URL(base);
  return hostname === 'localhost' || hostname.startsWith('127.') || hostname === '[::1]';
}
