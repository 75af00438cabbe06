/** A place inside this app to go to after the login; anything else, such as another host, becomes the first page. */
export function safeReturnUrl(url: string | null | undefined): string {
  if (!url?.startsWith('/') || url.startsWith('//') || url.includes('\\') || url.startsWith('/login'))
    return '/';
  return url;
}
