/** What a header may say of a host: a name, an IPv4 address, or an IPv6 one in brackets, and a port. */
const HOST = /^([A-Za-z0-9._-]+|\[[0-9A-Fa-f:.]+\])(:\d{1,5})?$/;

export interface RequestedUrl {
  /** `http` or `https`, as the request came */
  protocol: string;
  /** the Host header */
  host: string | undefined;
  /** `X-Forwarded-Proto` and `X-Forwarded-Host` of a proxy in between, if there is one */
  forwardedProtocol?: string | undefined;
  forwardedHost?: string | undefined;
}

/**
 * Where a browser has found this server: that is where a node is likely to find it too.
 * @param port of this server, for a request that does not say it properly: its host is pasted into a shell
 */
export function serverUrl(asked: RequestedUrl, port: number, urlBase: string): string {
  const first = (list: string | undefined) => list?.split(',')[0]?.trim();
  const forwarded = first(asked.forwardedProtocol);
  const protocol = forwarded === 'https' || forwarded === 'http' ? forwarded : asked.protocol;
  const host = [first(asked.forwardedHost), asked.host].find(
    (candidate) => candidate !== undefined && HOST.test(candidate),
  );
  return `${protocol}://${host ?? `localhost:${port}`}${urlBase}`;
}

/** What to type on a machine that is to join. */
export function joinCommand(url: string, token: string): string {
  return `boilarr-node --server ${url} --token ${token}`;
}
