import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Job, Library, Page as Listing } from '#contracts';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { complaintsOf, launchBrowser } from '../support/browser.js';
import { smallBunny } from '../support/media.js';
import { makeConfig } from '../support/program.js';
import { API_KEY, startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(() => browser.close());

it(
  'has encodes approved, put back from the trash, and the trash emptied, in a browser',
  { timeout: 240_000 },
  async () => {
    const folder = await temporaryFolder();
    const library = path.join(folder, 'Films');
    await mkdir(library);
    const original = await readFile(await smallBunny());
    for (const name of ['one.mp4', 'two.mp4']) await copyFile(await smallBunny(), path.join(library, name));
    const films = async () => (await readdir(library)).filter((name) => !name.startsWith('.')).sort();
    const server = await startServer(await makeConfig(folder));
    const added = await server.api<Library>('POST', 'libraries', {
      path: library,
      review: true,
      minimumAgeSeconds: 0,
    });
    await server.api('POST', `libraries/${added.id}/scan`);
    const inReview = async () => {
      const { totalRecords } = await server.api<Listing<Job>>('GET', 'jobs?state=in_review');
      return totalRecords;
    };
    await until('two encodes in review', async () => (await inReview()) === 2, { timeoutMs: 120_000 });
    expect(await films()).toEqual(['one.mp4', 'two.mp4']);

    const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
    const page = await context.newPage();
    page.setDefaultTimeout(60_000);
    const complaints = complaintsOf(page);
    const press = (name: string | RegExp) => page.getByRole('button', { name, exact: true }).first().click();
    const answer = (name: string) =>
      page.getByRole('dialog').getByRole('button', { name, exact: true }).click();

    // One is approved where it is compared with its source, the other from the list.
    await page.goto(`${server.url}/queue?show=review`);
    await page.getByLabel('API key', { exact: true }).fill(API_KEY);
    await press('Sign in');
    await page.getByText('H.264 → AV1').nth(1).waitFor();
    await page.getByTitle('Waiting for review: 2').waitFor();
    await page.getByRole('link', { name: 'one.mp4' }).click();
    await page.getByRole('columnheader', { name: 'After approval' }).waitFor();
    const shown = () =>
      page.evaluate('[...document.images].filter((image) => image.naturalWidth > 0).length');
    await until('the pictures of both', async () => (await shown()) === 2);
    await press('Approve');
    await page.getByText('Approved: “one.mp4”.').waitFor();
    await page.getByRole('link', { name: 'Back to the queue' }).click();
    await press('Review 1');
    await press('Approve: two.mp4');
    await page.getByText('Nothing waits for a review').waitFor();
    await until('both to be replaced', async () => (await films()).join() === 'one.mkv,two.mkv');

    // Both are put back at once; their encodes lie in the trash then.
    await page.goto(`${server.url}/history/trash`);
    await page.getByText('two.mp4').waitFor();
    await page.getByLabel('Select all on this page').check();
    await page.getByText('2 selected').waitFor();
    await page
      .getByRole('group', { name: 'What is selected' })
      .getByRole('button', { name: 'Put back' })
      .click();
    await answer('Put them back');
    await page.getByText('Put back: 2 files.').waitFor();
    expect(await films()).toEqual(['one.mp4', 'two.mp4']);
    for (const name of await films())
      expect((await readFile(path.join(library, name))).equals(original)).toBe(true);

    await page.getByText('two.mkv').waitFor();
    await press('Empty the trash');
    await page
      .getByRole('dialog')
      .getByText(/^2 files with .* are deleted\. This cannot be undone/)
      .waitFor();
    await answer('Empty the trash');
    await page.getByText('The trash is empty').waitFor();
    expect(await films()).toEqual(['one.mp4', 'two.mp4']);
    expect(complaints).toEqual([]);
    await context.close();
  },
);
