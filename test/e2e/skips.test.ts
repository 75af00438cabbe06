import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { smallBunny } from '../support/media.js';
import { boilarr, FAST_PROFILE, makeConfig } from '../support/program.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('gives up what saves too little, remembers it, and tries again only when the profile has changed', async () => {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(library);
  const film = path.join(library, 'bunny.mp4');
  await copyFile(await smallBunny(), film);
  const before = await readFile(film);
  const greedy = `${FAST_PROFILE}act:\n  minimumExpectedSaving: 0\n  minimumSaving: 97\n`;
  const config = await makeConfig(folder, greedy);
  const run = () => boilarr(config, ['--library', library, '--once', '--minimum-age', '0']);

  const first = await run();
  expect(first.exitCode).toBe(0);
  expect(first.stdout).toMatch(/left alone: bunny\.mp4: the (?:encode was given up|result has)/);
  expect((await readFile(film)).equals(before)).toBe(true);
  expect((await readdir(path.join(config, 'work'))).filter((name) => name.startsWith('job-'))).toEqual([]);

  const second = await run();
  expect(second.stdout).not.toMatch(/begins:/);
  expect(second.stdout).toMatch(/ 1 unchanged, .* 0 probed/);

  await writeFile(path.join(config, 'profiles', 'av1-default.yaml'), FAST_PROFILE);
  const third = await run();
  expect(third.stdout).toMatch(/done: bunny\.mp4/);
  expect(third.stdout).toMatch(/ 0 probed/);
  expect(await readdir(library)).toEqual(['.boilarr-trash', 'bunny.mkv']);
}, 120_000);

it('adds no library with a profile that has a mistake, and names file, line and key', async () => {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(library);
  const config = await makeConfig(folder, 'video:\n  prest: 12\n');
  const { stdout, stderr, exitCode } = await boilarr(config, ['--library', library, '--once']);
  expect(exitCode).toBe(1);
  expect(stdout + stderr).toMatch(/av1-default\.yaml.*2.*prest/);
});
