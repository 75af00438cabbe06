import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import {
  filePlan,
  libraryProjection,
  type FilePlan,
  type HealthNotice,
  type HistoryEntry,
  type Library,
  type MediaFile,
  type Page,
} from '#contracts';
import { describe, expect, it } from 'vitest';
import { copyBunny, ffprobe } from '../support/media.js';
import { boilarr, FAST_PROFILE, makeConfig } from '../support/program.js';
import { startServer, type StartedServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';

const COPY_SOUND = 'audio:\n  codec: copy\n';

async function makeLibrary(folder: string): Promise<string> {
  const library = path.join(folder, 'library');
  for (const directory of ['Films', 'Anime/Old', 'Broken']) {
    await mkdir(path.join(library, directory), { recursive: true });
    await copyBunny(path.join(library, directory, 'bunny.mp4'));
  }
  await writeFile(path.join(library, 'Anime', '.boilarr.yaml'), COPY_SOUND);
  await writeFile(path.join(library, 'Broken', '.boilarr.yaml'), 'video:\n  crf: 99\n');
  return library;
}

async function soundOf(library: string, file: string): Promise<string | undefined> {
  const { streams } = await ffprobe(path.join(library, file));
  return streams.find(({ codec_type: type }) => type === 'audio')?.codec_name;
}

async function files(server: StartedServer): Promise<Map<string, MediaFile>> {
  const page = await server.api<Page<MediaFile>>('GET', 'files');
  return new Map(page.records.map((file) => [file.path, file]));
}

describe("folders' profiles", () => {
  it('decide what becomes of their files, in a server, and are told in its answers', async () => {
    const folder = await temporaryFolder();
    const library = await makeLibrary(folder);
    const config = await makeConfig(folder);
    const server = await startServer(config, ['--library', library, '--minimum-age', '0']);
    const done = await until(
      'three replaced files',
      async () => {
        const known = await files(server);
        const replaced = [...known.values()].filter(({ status }) => status === 'replaced');
        return replaced.length === 3 ? known : null;
      },
      {
        timeoutMs: 120_000,
        seen: async () => [...(await files(server)).values()].map((f) => [f.path, f.status, f.reason]),
      },
    );
    expect(await soundOf(library, 'Films/bunny.mkv')).toBe('opus');
    expect(await soundOf(library, 'Anime/Old/bunny.mkv')).toBe('aac');
    expect(await soundOf(library, 'Broken/bunny.mkv')).toBe('opus');

    const history = await server.api<Page<HistoryEntry>>('GET', 'history');
    const names = Object.fromEntries(
      history.records.map(({ finalPath, profileName }) => [path.relative(library, finalPath), profileName]),
    );
    expect(names).toEqual({
      'Films/bunny.mkv': 'av1-default',
      'Anime/Old/bunny.mkv': 'av1-default + Anime/.boilarr.yaml',
      'Broken/bunny.mkv': 'av1-default',
    });

    const health = await server.api<HealthNotice[]>('GET', 'health');
    const told = health.find(({ source }) => source === 'ProfilesValid');
    expect(told?.message).toContain(`${path.join(library, 'Broken/.boilarr.yaml')}:2:`);
    expect(told?.message).toMatch(/video\.crf.*63.*folder above/);

    const [projection] = (await server.api<unknown[]>('GET', 'system/projection')).map((one) =>
      libraryProjection.parse(one),
    );
    expect(projection).toMatchObject({ files: 3, kinds: [{ key: 'h264/sd/av1', files: 3 }] });

    for (const kind of ['named', 'folder'])
      expect(await server.api('GET', `profiles/schema?kind=${kind}`)).toHaveProperty('properties.video');
    const [known] = await server.api<Library[]>('GET', 'libraries');
    expect(known?.statistics.replaced).toBe(3);

    const anime = done.get('Anime/Old/bunny.mkv');
    const plan = filePlan.parse(await server.api('GET', `files/${anime?.id}/plan`));
    expect(plan).toMatchObject({ verdict: 'skip', profile: { name: 'av1-default + Anime/.boilarr.yaml' } });
    expect(plan.notes[0]).toMatch(/our own output/);
    await expect(server.api('GET', 'files/999/plan')).rejects.toThrow('404');
    await expect(server.api('GET', `files/${anime?.id}/plan?node=999`)).rejects.toThrow('404');

    // A new file, asked about on the command line while the server runs: its history has a say.
    await copyBunny(path.join(library, 'Anime', 'new one.mp4'));
    const { exitCode, stdout } = await boilarr(config, [
      'explain',
      path.join(library, 'Anime', 'new one.mp4'),
      '--json',
    ]);
    expect(exitCode).toBe(0);
    const explained = filePlan.parse(JSON.parse(stdout));
    expect(explained).toMatchObject({
      verdict: 'encode',
      profile: { name: 'av1-default + Anime/.boilarr.yaml' },
    });
    expect(explained.projection?.correction).toBeCloseTo(projection?.kinds[0]?.correction ?? 0, 6);
    expect(explained.projection?.correction).not.toBe(1);
  });

  it('count for a run that ends by itself, which says how far the projections were off', async () => {
    const folder = await temporaryFolder();
    const library = await makeLibrary(folder);
    const { exitCode, stdout } = await boilarr(await makeConfig(folder), [
      ...['--library', library, '--minimum-age', '0', '--once'],
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/projections were off by \d+ % on average over 3 files, this run/);
    expect(await soundOf(library, 'Anime/Old/bunny.mkv')).toBe('aac');
  });
});

describe('explain', () => {
  it('says of one file what would be done, from which line of which file, and changes nothing', async () => {
    const folder = await temporaryFolder();
    const library = await makeLibrary(folder);
    const config = await makeConfig(folder, FAST_PROFILE);
    const file = path.join(library, 'Anime/Old/bunny.mp4');
    const before = await readdir(folder, { recursive: true });
    const { exitCode, stdout } = await boilarr(config, ['explain', file, '--library', library]);
    expect(exitCode).toBe(0);
    for (const title of ['Profile', 'Rules', 'Streams', 'Size', 'Commands on this machine'])
      expect(stdout).toContain(`\n${title}\n`);
    expect(stdout).toMatch(/audio\.codec +copy +.*Anime\/\.boilarr\.yaml:2:10/);
    expect(stdout).toMatch(/video\.crf +40 +.*profiles\/av1-default\.yaml:3:8/);
    expect(stdout).not.toMatch(/video\.tune/);
    expect(stdout).toMatch(/passed +no_video/);
    expect(stdout).toMatch(/libsvtav1/);
    expect(await readdir(folder, { recursive: true })).toEqual(before);

    const all = await boilarr(config, ['explain', file, '--library', library, '--all']);
    expect(all.stdout).toMatch(/video\.tune +default +default/);
    const json = JSON.parse(
      (await boilarr(config, ['explain', file, '--library', library, '--json'])).stdout,
    ) as FilePlan;
    expect(filePlan.parse(json)).toEqual(json);
    expect(json.commands.map(({ step }) => step)).toEqual(expect.arrayContaining(['encode_video', 'mux']));
  });

  it.each<[string, string[], number, RegExp]>([
    ['a file that is not there', ['/nowhere.mkv'], 1, /\/nowhere\.mkv cannot be read \(ENOENT\)/],
    ['a file that is none of media', [import.meta.filename], 1, /Invalid data/],
    ['a folder', ['/'], 1, /not a file/],
    ['no file', [], 2, /one file/],
    ['a library that does not hold it', [import.meta.filename, '--library', '/etc'], 2, /does not lie in/],
    [
      'a profile that does not exist',
      [import.meta.filename, '--profile', 'x'],
      1,
      /no profile x; there are .*av1/,
    ],
  ])('refuses %s', async (_name, args, exitCode, message) => {
    const ended = await boilarr(path.join(await temporaryFolder(), 'none'), ['explain', ...args]);
    expect(ended).toMatchObject({ exitCode, stdout: '' });
    expect(ended.stderr).toMatch(message);
  });

  it('does without a configuration folder, with the profiles that the program brings', async () => {
    const folder = await temporaryFolder();
    const file = path.join(folder, 'bunny.mp4');
    await copyBunny(file);
    const before = await readFile(file);
    const { exitCode, stdout } = await boilarr(path.join(folder, 'none'), ['explain', file]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('av1-default.yaml (as it comes with Boilarr)');
    expect((await readFile(file)).equals(before)).toBe(true);
    expect(await readdir(folder)).toEqual(['bunny.mp4']);
  });
});
