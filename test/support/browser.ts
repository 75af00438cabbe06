import { chromium, type Browser, type Page } from 'playwright-core';

const CHROMIUM = process.env['CHROMIUM_PATH'] ?? '/usr/bin/chromium';

export function launchBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: CHROMIUM,
    // It runs as root in containers, and must not look for anything on the network.
    args: [
      ...['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-sync'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-quic'],
    ],
  });
}

/** What the browser complained of: errors on the console, and uncaught ones. */
export function complaintsOf(page: Page): string[] {
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    // Chromium reports as an error what the tests provoke: no session yet, a wrong key, a wrong folder.
    if (message.type() === 'error' && !/status of (?:400|401)/.test(message.text()))
      complaints.push(message.text());
  });
  return complaints;
}
