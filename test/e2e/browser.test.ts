import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { complaintsOf, launchBrowser } from '../support/browser.js';
import { exists, smallBunny } from '../support/media.js';
import { makeConfig } from '../support/program.js';
import { API_KEY, startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

it(
  'leads from the login to a library, its encode and its history, in a browser',
  { timeout: 240_000 },
  async () => {
    const folder = await temporaryFolder();
    const library = path.join(folder, 'My films');
    await mkdir(library);
    await copyFile(await smallBunny(), path.join(library, 'bunny.mp4'));
    const server = await startServer(await makeConfig(folder));
    // What an older build had is gone, and the page in its place would be a blank one.
    expect((await fetch(`${server.url}/main-ABCDEFGH.js`)).status).toBe(404);
    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = complaintsOf(page);

    await page.goto(`${server.url}/libraries`);
    await page.getByLabel('API key', { exact: true }).fill('not the key');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('API key', { exact: true }).fill(API_KEY);
    await page.getByRole('button', { name: 'Sign in' }).click();

    // Back where one wanted to be.
    await page.getByRole('heading', { name: 'Libraries', level: 1 }).waitFor();
    await page.getByRole('link', { name: 'Add library' }).first().click();
    await page.getByRole('textbox', { name: 'Folder' }).fill(path.join(folder, 'no such folder'));
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page
      .getByText(/is not there, as far as the server can see/)
      .first()
      .waitFor();
    await page.getByRole('textbox', { name: 'Folder' }).fill(library);
    await page.locator('#minimum-age').fill('0');
    await page.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText('My films', { exact: true }).first().waitFor();
    await page.getByRole('button', { name: 'Scan now' }).click();

    await page.getByRole('link', { name: 'History' }).first().click();
    await page.getByText('bunny.mkv').first().waitFor({ timeout: 90_000 });
    await page.getByRole('link', { name: 'Dashboard' }).first().click();
    await page.getByText('Saved so far').waitFor();
    expect(await exists(path.join(library, 'bunny.mkv'))).toBe(true);
    expect(complaints).toEqual([]);

    // On a phone nothing is wider than the screen.
    await page.setViewportSize({ width: 390, height: 844 });
    for (const route of ['', 'libraries', 'queue', 'history', 'system', 'system/nodes']) {
      await page.goto(`${server.url}/${route}`);
      await page.getByRole('heading', { level: 1 }).first().waitFor();
      const width = await page.evaluate('document.documentElement.scrollWidth');
      expect(width, `the width of /${route}`).toBeLessThanOrEqual(390);
    }
    await context.close();
  },
);
