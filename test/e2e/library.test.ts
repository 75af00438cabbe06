import { copyFile, lstat, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  alreadyAv1,
  appliesGrain,
  copyBunny,
  decodeComplaints,
  exists,
  ffprobe,
  fullMatroska,
  REAL,
  smallBunny,
  smallRecording,
  truncatedMatroska,
} from '../support/media.js';
import { boilarr, makeConfig, type Ended } from '../support/program.js';

/** Names that break programs which hand them to a shell, or take them for options. */
const AWKWARD = [
  `it's "quoted".mp4`,
  '$(touch pwned) `x`.mp4',
  'two\nlines.mp4',
  '-leading dash.mp4',
  'émoji 🎬 100%.mp4',
];

let folder: string;
let library: string;
let config: string;
let first: Ended;
const originals = new Map<string, Buffer>();

async function put(name: string, source: string): Promise<void> {
  const target = path.join(library, name);
  await mkdir(path.dirname(target), { recursive: true });
  await copyFile(source, target);
  originals.set(name, await readFile(target));
}

async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)));
}

async function originalInTrash(name: string): Promise<Buffer | null> {
  const wanted = originals.get(name);
  for (const file of await filesBelow(path.join(library, '.boilarr-trash'))) {
    const content = await readFile(path.join(library, '.boilarr-trash', file));
    if (wanted !== undefined && content.equals(wanted)) return content;
  }
  return null;
}

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-e2e-'));
  library = path.join(folder, 'library');
  config = await makeConfig(folder);
  await put('Movies/Bunny (2008)/bunny.mp4', await smallBunny());
  await put('recording.ts', await smallRecording());
  await put('captions.ts', REAL.sintel);
  if (await exists(REAL.city)) await put('city.mpg', REAL.city);
  await put('full.mkv', await fullMatroska());
  await put('already.mkv', await alreadyAv1());
  await put('truncated.mkv', await truncatedMatroska());
  await writeFile(path.join(library, 'text.mkv'), 'This is no film.\n');
  originals.set('text.mkv', await readFile(path.join(library, 'text.mkv')));
  for (const name of AWKWARD) {
    await copyBunny(path.join(library, name));
    originals.set(name, await readFile(path.join(library, name)));
  }
  first = await boilarr(config, ['--library', library, '--once', '--minimum-age', '0']);
  return async () => {
    await rm(folder, { recursive: true, force: true });
  };
}, 600_000);

describe('a folder of films, once', () => {
  it('ends with 0 and prints a table with a row for each file and the total', () => {
    expect(first.stderr).toBe('');
    expect(first.exitCode).toBe(0);
    for (const name of [
      'bunny.mp4',
      'recording.ts',
      'captions.ts',
      'full.mkv',
      'already.mkv',
      'truncated.mkv',
      'text.mkv',
      'two\\nlines.mp4',
    ]) {
      expect(first.stdout).toContain(name);
    }
    expect(first.stdout).toMatch(/Total/);
  });

  const encoded = ['Movies/Bunny (2008)/bunny.mp4', 'recording.ts', 'full.mkv', ...AWKWARD];
  it.each(encoded)(
    '%j is smaller, whole and playable, with film grain, and its original in the trash',
    async (name) => {
      const output = path.join(library, name.replace(/\.[^.]+$/, '.mkv'));
      const before = originals.get(name);
      expect((await stat(output)).size).toBeLessThan(before!.length * 0.9);
      expect(await decodeComplaints(output)).toBe('');
      expect(await appliesGrain(output)).toBe(true);
      const probed = await ffprobe(output);
      expect(probed.streams[0]?.codec_name).toBe('av1');
      if (!name.endsWith('.mkv')) expect(await exists(path.join(library, name))).toBe(false);
      expect(await originalInTrash(name)).not.toBeNull();
    },
  );

  it('encodes MPEG-2 without sound', async (context) => {
    if (!(await exists(REAL.city))) context.skip(`${REAL.city} is not installed`);
    const probed = await ffprobe(path.join(library, 'city.mkv'));
    expect(probed.streams.map((stream) => stream.codec_name)).toEqual(['av1']);
    expect(await decodeComplaints(path.join(library, 'city.mkv'))).toBe('');
  });

  it('keeps 5.1 sound as 5.1, in Opus', async () => {
    const [, audio] = (await ffprobe(path.join(library, 'Movies/Bunny (2008)/bunny.mkv'))).streams;
    expect(audio).toMatchObject({ codec_name: 'opus', channels: 6 });
  });

  it('keeps cover, font, chapters, subtitles, languages, names and flags', async () => {
    const { streams, chapters, format } = await ffprobe(path.join(library, 'full.mkv'));
    expect(chapters.map((chapter) => chapter.tags?.['title'])).toEqual(['Beginning', 'End']);
    expect(format.tags?.['title']).toBe('A film');
    const seen = streams.map((stream) => ({
      type: stream.codec_type,
      codec: stream.codec_name,
      language: stream.tags?.['language'],
      title: stream.tags?.['title'] ?? stream.tags?.['filename'],
      default: stream.disposition['default'],
      forced: stream.disposition['forced'],
    }));
    expect(seen).toEqual([
      { type: 'video', codec: 'av1', language: 'eng', title: undefined, default: 1, forced: 0 },
      { type: 'audio', codec: 'opus', language: 'ger', title: 'Surround', default: 1, forced: 0 },
      { type: 'subtitle', codec: 'subrip', language: 'eng', title: 'Full', default: 0, forced: 0 },
      { type: 'subtitle', codec: 'subrip', language: 'ger', title: undefined, default: 0, forced: 1 },
      { type: 'video', codec: 'mjpeg', language: undefined, title: 'cover.jpg', default: 0, forced: 0 },
      { type: 'attachment', codec: undefined, language: undefined, title: 'font.ttf', default: 0, forced: 0 },
    ]);
  });

  it.each([
    ['already.mkv', /already/],
    ['truncated.mkv', /truncated|ends/],
    ['captions.ts', /closed captions/],
    ['text.mkv', /Nothing can be played from this file/],
  ])('leaves %s untouched, and says why', async (name, why) => {
    expect((await readFile(path.join(library, name))).equals(originals.get(name)!)).toBe(true);
    expect(first.stdout).toMatch(why);
  });

  it('ran no name as a command, and left nothing of its work behind', async () => {
    const left = await filesBelow(folder);
    expect([...left, ...(await readdir('.'))].filter((file) => path.basename(file) === 'pwned')).toEqual([]);
    expect(left.filter((file) => /\.boilarr-stage|partial-/.test(file))).toEqual([]);
    // The node's lock is an empty file that stays.
    expect(left.filter((file) => file.startsWith('config/work/'))).toEqual(['config/work/agent.lock']);
  });

  it('keeps the time of the last change to the nanosecond', async () => {
    const trash = path.join(library, '.boilarr-trash');
    const [original] = (await filesBelow(trash)).filter((file) => file.includes('full'));
    const before = await lstat(path.join(trash, original!), { bigint: true });
    const after = await lstat(path.join(library, 'full.mkv'), { bigint: true });
    expect(after.mtimeNs).toBe(before.mtimeNs);
  });

  it('the second time probes and encodes nothing', async () => {
    const before = await Promise.all(
      (await filesBelow(library)).map((file) => stat(path.join(library, file), { bigint: true })),
    );
    const second = await boilarr(config, ['--library', library, '--once', '--minimum-age', '0']);
    expect(second.exitCode).toBe(0);
    expect(second.stdout).toMatch(/ 0 new, 0 changed, 0 moved, 0 missing, 0 probed/);
    expect(second.stdout).not.toMatch(/begins:/);
    const after = await Promise.all(
      (await filesBelow(library)).map((file) => stat(path.join(library, file), { bigint: true })),
    );
    expect(after.map((file) => file.mtimeNs)).toEqual(before.map((file) => file.mtimeNs));
  });
});
