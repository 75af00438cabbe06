import type { WebhookBody } from '#contracts';

/** ms from the first byte to the answer's head */
const TIMEOUT_MS = 10_000;

/**
 * Posts a message as JSON. Redirects are not followed: a URL's owner alone decides where a message goes. Of the
 * answer only the status counts; its body is not read.
 * @param url may hold a secret in its path, query or user part, so that nothing returned here repeats any of it
 * @returns null when the answer was a 2xx, else what went wrong, in a few words
 */
export async function postWebhook(
  url: string,
  body: WebhookBody,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    const { target, headers } = splitCredentials(url);
    const response = await fetch(target, {
      method: 'POST',
      redirect: 'manual',
      headers: { ...headers, 'content-type': 'application/json', 'user-agent': 'Boilarr' },
      body: JSON.stringify(body),
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.body?.cancel().catch(() => undefined);
    return response.ok ? null : `answered with HTTP ${response.status}`;
  } catch (error) {
    return describe(error);
  }
}

/** fetch refuses a URL with a user and password in it; they belong into a header. */
function splitCredentials(url: string): { target: URL; headers: Record<string, string> } {
  const target = new URL(url);
  if (target.username === '' && target.password === '') return { target, headers: {} };
  const pair = `${decodeURIComponent(target.username)}:${decodeURIComponent(target.password)}`;
  target.username = '';
  target.password = '';
  return { target, headers: { authorization: `Basic ${Buffer.from(pair).toString('base64')}` } };
}

/** Only codes: messages of fetch and of URL repeat the address. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  if (error.name === 'TimeoutError') return `no answer within ${TIMEOUT_MS / 1000} s`;
  const cause = error.cause;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return `failed: ${cause.code}`;
  return `failed: ${error.name}`;
}
