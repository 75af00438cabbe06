import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it } from 'vitest';
import type { AddJobResponse, Job, JobDetail, Library, Page } from '../../contracts/src/index.js';
import { smallBunny } from '../support/media.js';
import { MAIN, makeConfig } from '../support/program.js';
import { API_KEY, startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';

it('queues single files by path, over the API and the command line, and says why not', async () => {
  const folder = await temporaryFolder();
  const library = path.join(folder, 'library');
  await mkdir(path.join(library, 'new'), { recursive: true });
  for (const name of ['one.mp4', 'new/two.mp4', 'three.mp4'])
    await copyFile(await smallBunny(), path.join(library, name));
  await writeFile(path.join(library, 'new', '.boilarr.yaml'), 'act: { maximumSize: 0.001 }\n');
  await writeFile(path.join(library, 'notes.txt'), 'none');
  const config = await makeConfig(folder);
  const server = await startServer(config, [], { BOILARR_BUILT_IN_NODE: 'false' });
  await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });

  const one = path.join(library, 'one.mp4');
  const added = await server.api<AddJobResponse>('POST', 'jobs', { path: one });
  expect(added).toMatchObject({ added: true, reason: null, job: { title: 'one.mp4', state: 'pending' } });
  const id = added.job?.id ?? 0;
  const detail = await server.api<JobDetail>('GET', `jobs/${id}`);
  expect(detail.steps.map(({ name }) => name)).toContain('encode_video');

  const cli = (...args: string[]) =>
    execa(process.execPath, [MAIN, 'jobs', ...args], {
      reject: false,
      cwd: library,
      env: {
        BOILARR_CONFIG_DIR: config,
        BOILARR_API_KEY: API_KEY,
        BOILARR_PORT: new URL(server.url).port,
      },
    });
  const again = await cli('add', 'one.mp4', 'three.mp4');
  expect([again.exitCode, again.stderr]).toEqual([0, '']);
  expect(again.stdout.split('\n')).toEqual([
    `${one} has job ${id} already (pending)`,
    `${path.join(library, 'three.mp4')} is job ${id + 1} (pending)`,
  ]);
  // Its folder has a profile of its own, which no scan has read; the others have nothing to do with it.
  const refused = await cli('add', 'new/two.mp4', 'notes.txt', '../boilarr.db', 'none.mp4', 'new');
  expect([refused.exitCode, refused.stdout]).toEqual([1, '']);
  const lines = refused.stderr.split('\n').map((line) => line.replace(`boilarr: ${folder}`, ''));
  expect(lines[0]).toMatch(/^\/library\/new\/two\.mp4: no job: The file has 0\.5 MiB, more than/);
  expect(lines[1]).toMatch(/^\/library\/notes\.txt: no job: the library .* takes files that end in .*\.mkv/);
  expect(lines[2]).toMatch(/^\/boilarr\.db: path: lies in no library; there are: library \(/);
  expect(lines[3]).toMatch(/^\/library\/none\.mp4: there is no file/);
  expect(lines[4]).toMatch(/is a folder; a scan of its library takes up all that is in it$/);

  expect((await server.api<Page<Job>>('GET', 'jobs')).records.map(({ title }) => title).sort()).toEqual([
    ...['one.mp4', 'three.mp4'],
  ]);
  const [json] = (JSON.parse((await cli('add', 'one.mp4', '--json')).stdout) as { results: AddJobResponse[] })
    .results;
  expect(json).toMatchObject({ path: one, added: false, job: { id } });
});
