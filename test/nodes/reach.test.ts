import { copyFile, mkdir, readdir, readFile, symlink } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import type {
  CreatedJoinToken,
  HealthNotice,
  Job,
  Library,
  NodeResource,
  Page,
  UpdateNode,
} from '../../contracts/src/index.js';
import { freePort } from '../support/free-port.js';
import { copyBunny, decodeComplaints, ffprobe, smallBunny } from '../support/media.js';
import { makeConfig } from '../support/program.js';
import { startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { startAgentProcess } from './agent-process.js';

it(
  'encodes on a node that sees no library, says why it does not, and uses the share once it does',
  { timeout: 300_000 },
  async () => {
    const folder = await temporaryFolder();
    const library = path.join(folder, 'library');
    await mkdir(library);
    await copyBunny(path.join(library, 'first.mp4'));
    const server = await startServer(await makeConfig(folder), [], {
      BOILARR_REMOTE_NODES: 'true',
      BOILARR_BUILT_IN_NODE: 'false',
      BOILARR_REDIS_PORT: String(await freePort()),
    });
    const { token } = await server.api<CreatedJoinToken>('POST', 'nodes/join-tokens', {});
    const nowhere = path.join(folder, 'nowhere');
    const work = path.join(folder, 'node');
    const agent = startAgentProcess(['--server', server.url, '--token', token, '--work', work], {
      BOILARR_PATH_MAP: `${library}=${nowhere}`,
    });
    const node = () => server.api<NodeResource[]>('GET', 'nodes').then(([one]) => one);
    const reached = (way: string) =>
      until(`the library by ${way}`, async () => (await node())?.reach.find((entry) => entry.way === way), {
        timeoutMs: 90_000,
        seen: async () => [(await node())?.reach, agent.output().slice(-2000)],
      });
    const joined = await until('the node', async () => (await node())?.state === 'online' && node(), {
      timeoutMs: 90_000,
      seen: () => agent.output().slice(-2000),
    });
    const set = (changes: UpdateNode) => server.api('PUT', `nodes/${joined.id}`, changes);
    const notices = async () =>
      (await server.api<HealthNotice[]>('GET', 'health')).filter(({ source }) => source === 'NodesReach');
    const log = async (id: number) => {
      const response = await fetch(
        `${server.url}/api/v1/jobs/${id}/log?apikey=0123456789abcdef0123456789abcdef`,
      );
      return response.text();
    };
    const done = (title: string) =>
      until(
        `${title} to be replaced`,
        async () => {
          const { records } = await server.api<Page<Job>>('GET', 'jobs?state=completed');
          return records.find((job) => job.title === title);
        },
        {
          timeoutMs: 120_000,
          seen: async () => [await server.api('GET', 'jobs'), agent.output().slice(-1000)],
        },
      );

    await set({ transfer: 'never' });
    const { id } = await server.api<Library>('POST', 'libraries', {
      ...{ path: library, minimumAgeSeconds: 0, scanIntervalSeconds: 0 },
    });
    const none = await reached('none');
    expect(none).toMatchObject({ libraryName: 'library', nodePath: nowhere });
    expect(none.problem).toMatch(
      /cannot read library library at .*nowhere: ENOENT.*mount it there, map the path/,
    );
    expect((await notices()).map(({ message }) => message)).toEqual([none.problem]);

    await set({ transfer: 'always' });
    expect(await reached('transfer')).toMatchObject({ problem: null });
    expect(await notices()).toEqual([]);
    await server.api('POST', `libraries/${id}/scan`);
    const first = await done('first.mp4');
    expect(await log(first.id)).toMatch(/source was brought here[\s\S]*the output output was sent/);
    expect((await ffprobe(path.join(library, 'first.mkv'))).streams[0]?.codec_name).toBe('av1');
    expect(await decodeComplaints(path.join(library, 'first.mkv'))).toBe('');
    const [day = ''] = (await readdir(path.join(library, '.boilarr-trash'))).filter((name) =>
      /^\d/.test(name),
    );
    const [original = ''] = await readdir(path.join(library, '.boilarr-trash', day));
    expect(
      (await readFile(path.join(library, '.boilarr-trash', day, original))).equals(
        await readFile(await smallBunny()),
      ),
    ).toBe(true);

    // The share appears, under another name than the server's, and what is there is copied before its turn.
    await symlink(library, nowhere);
    await set({ transfer: 'never', copySources: true });
    expect(await reached('mapped')).toMatchObject({ nodePath: nowhere, problem: null });
    await copyFile(await smallBunny(), path.join(library, 'second.mp4'));
    await server.api('POST', `libraries/${id}/scan`);
    const second = await done('second.mp4');
    expect(await log(second.id)).toMatch(/source was brought here[\s\S]*the output output was sent/);
    // Nothing of the questions is left.
    expect(
      (await readdir(path.join(library, '.boilarr-trash'))).filter((name) => name.startsWith('reach-')),
    ).toEqual([]);
  },
);
