import { createHash } from 'node:crypto';
import { cp, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryFolder } from '../support/temporary-folder.js';
import { read, ROOT } from './dockerfile.js';
import { node, server } from './product.js';

const SOURCE = path.join(ROOT, 'docker/dovi-tool');
const TRIPLES = { amd64: 'x86_64-unknown-linux-musl', arm64: 'aarch64-unknown-linux-musl' };

const sums = (await read('docker/dovi-tool/SHA256SUMS')).trimEnd().split('\n');
const archiveFor = (triple: string) =>
  /^[0-9a-f]{64} {2}(dovi_tool-\S+)$/.exec(sums.find((line) => line.includes(triple)) ?? '')?.[1] ?? '';

/** An archive in the form of the releases, with a program of our own in it. */
async function packProgram(folder: string): Promise<Buffer> {
  await writeFile(path.join(folder, 'dovi_tool'), '#!/bin/sh\necho "packed for the test"\n', { mode: 0o755 });
  await execa('tar', ['-czf', 'archive.tar.gz', './dovi_tool'], { cwd: folder });
  return readFile(path.join(folder, 'archive.tar.gz'));
}

/** Serves one archive, by way of a redirect, as GitHub does it for its releases. */
async function serve(archive: string, bytes: Buffer) {
  const asked: string[] = [];
  const http = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === `/release/${archive}`) response.writeHead(302, { location: '/stored' }).end();
    else if (request.url === '/stored') response.end(bytes);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void http.close());
  const address = http.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return { asked, url: `http://127.0.0.1:${address.port}/release` };
}

interface Build {
  environment?: Record<string, string>;
  /** the archive whose checksum is pinned; default: the one that is served */
  pinned?: Buffer;
  processor?: keyof typeof TRIPLES;
}

/** Runs what the images' stage runs, as it runs it, against an archive and a checksum of this test's own. */
async function build({ environment = {}, pinned, processor = 'amd64' }: Build = {}) {
  const work = await temporaryFolder();
  const archive = archiveFor(TRIPLES[processor]);
  const bytes = await packProgram(work);
  const { asked, url } = await serve(archive, bytes);
  const stage = path.join(work, 'build');
  await cp(SOURCE, stage, { recursive: true });
  const hash = createHash('sha256').update(pinned ?? bytes);
  await writeFile(path.join(stage, 'SHA256SUMS'), `${hash.digest('hex')}  ${archive}\n`);
  const folder = path.join(work, 'out');
  const { exitCode, stderr } = await execa(path.join(stage, 'install'), [folder], {
    env: { PATH: process.env['PATH'] ?? '', TARGETARCH: processor, DOVI_TOOL_URL: url, ...environment },
    extendEnv: false,
    reject: false,
  });
  return { exitCode, stderr, asked, folder, files: await readdir(folder, { recursive: true }), url, archive };
}

describe("dovi_tool in the images' stage", () => {
  it.each(['amd64', 'arm64'] as const)(
    'is put where the %s image takes it from, with its licence',
    async (processor) => {
      const { exitCode, stderr, folder, asked, archive } = await build({ processor });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
      expect(asked).toEqual([`/release/${archive}`, '/stored']);
      const program = path.join(folder, 'bin/dovi_tool');
      expect((await execa(program)).stdout).toBe('packed for the test');
      expect((await stat(program)).mode & 0o777).toBe(0o755);
      const licence = await readFile(path.join(folder, 'share/doc/dovi_tool/LICENSE'), 'utf8');
      expect(licence).toMatch(/^MIT License\n\nCopyright \(c\) \d+ quietvoid\n/);
    },
  );

  it('is refused, with both checksums, when it is not the archive that was pinned', async () => {
    const { exitCode, stderr, files, url, archive } = await build({ pinned: Buffer.from('the right one') });
    expect(stderr).toContain(`${url}/${archive} is not the release that was pinned`);
    const pinned = createHash('sha256').update('the right one').digest('hex');
    expect(/ its SHA-256 is ([0-9a-f]{64}), not ([0-9a-f]{64})/.exec(stderr)?.[2]).toBe(pinned);
    expect({ exitCode, files }).toEqual({ exitCode: 1, files: [] });
  });

  it('is left out by DOVI_TOOL=0, without a look at any address', async () => {
    const { exitCode, files, asked } = await build({ environment: { DOVI_TOOL: '0' } });
    expect({ exitCode, files, asked }).toEqual({ exitCode: 0, files: [], asked: [] });
  });

  it.each<[string, Record<string, string>, RegExp]>([
    ['a switch that is neither', { DOVI_TOOL: 'no' }, /DOVI_TOOL is "no": it has to be 1, or 0/],
    ['a processor without a release', { TARGETARCH: 'riscv64' }, /no release for riscv64.*DOVI_TOOL=0/],
    [
      'an address where nobody listens',
      { DOVI_TOOL_URL: 'http://127.0.0.1:9' },
      /cannot be had.*DOVI_TOOL=0/,
    ],
  ])('names what is wrong with %s', async (_name, environment, message) => {
    const { exitCode, stderr, files, asked } = await build({ environment });
    expect(stderr).toMatch(message);
    expect({ exitCode, files, asked }).toEqual({ exitCode: 1, files: [], asked: [] });
  });

  it('is pinned for every processor that images are published for, in one version', async () => {
    const [, version = ''] = /^version=(\S+)$/m.exec(await read('docker/dovi-tool/install')) ?? [];
    expect(version).toMatch(/^2\.\d+\.\d+$/);
    const published =
      /platforms: (linux\/\S+,\S+)/.exec(await read('.github/workflows/release.yml'))?.[1] ?? '';
    expect(published.split(',').map((platform) => platform.replace('linux/', ''))).toEqual(
      Object.keys(TRIPLES),
    );
    expect(sums.map((line) => line.replace(/^[0-9a-f]{64} {2}/, ''))).toEqual(
      Object.values(TRIPLES).map((triple) => `dovi_tool-${version}-${triple}.tar.gz`),
    );
  });

  it('is built and taken over in both images in the same way', () => {
    const stageOf = ({ dockerfile: { instructions } }: typeof server) => {
      const start = instructions.findIndex(
        ({ name, rest }) => name === 'FROM' && rest.endsWith(' dovi-tool'),
      );
      const length = instructions.slice(start + 1).findIndex(({ name }) => name === 'FROM');
      return instructions.slice(start + 1, start + 1 + length);
    };
    const stage = stageOf(server);
    expect(stageOf(node)).toEqual(stage);
    expect(stage.filter(({ name }) => name === 'ARG').map(({ rest }) => rest)).toEqual([
      'DOVI_TOOL=1',
      'DOVI_TOOL_URL=',
      'TARGETARCH',
    ]);
    const [, target = ''] = /\/build\/install (\S+)$/.exec(stage.at(-1)?.rest ?? '') ?? [];
    for (const { dockerfile } of [server, node]) {
      expect(dockerfile.image).toContainEqual({
        name: 'COPY',
        rest: `--from=dovi-tool ${target}/ /usr/local/`,
      });
      expect(dockerfile.image.find(({ name }) => name === 'RUN')?.rest).toMatch(/ ffmpeg x265 mkvtoolnix /);
    }
  });
});
