import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { Job, JobDetail, Library, Page, TrashEntry } from '../../contracts/src/index.js';
import { melFilm, realDoviTool, RECORDED, samplesFolder } from '../support/dolby-vision.js';
import { makeConfig } from '../support/program.js';
import { startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { expectProfile81, lightOf, pictureOf, restOf, rpusIn } from './checks.js';
import { profileFor, sha256Of } from './lab.js';

const [real, samples] = [await realDoviTool(), await samplesFolder()];

interface Clips {
  /** by their names in the library */
  films: Readonly<Record<string, string>>;
  frames: number;
  /** RPU.bin with what becomes of their RPUs */
  converted: string;
}

/** The samples where they are, else the clip that is kept here. */
async function clips(): Promise<Clips> {
  if (samples === null)
    return { films: { 'mel.mkv': await melFilm() }, frames: RECORDED.frames, converted: RECORDED.converted };
  const films = ['p7_with_ac3.mkv', 'p7_mel.mkv'].map((name) => [name, path.join(samples, name)]);
  const converted = path.join(samples, 'regular_rpu.bin');
  return { films: Object.fromEntries(films) as Clips['films'], frames: 259, converted };
}

/** The source's RPUs as dovi_tool converts them, in the order of display. */
async function convertedRpus(source: string, folder: string): Promise<Buffer[]> {
  const [raw, bin] = [path.join(folder, 'raw.hevc'), path.join(folder, 'converted.bin')];
  await execa('ffmpeg', [
    '-v',
    'error',
    '-y',
    '-i',
    source,
    '-map',
    '0:V:0',
    '-c',
    'copy',
    '-f',
    'hevc',
    raw,
  ]);
  await execa('dovi_tool', ['-m', '2', 'extract-rpu', raw, '-o', bin]);
  return rpusIn(bin);
}

const asSet = (rpus: readonly Buffer[]): string[] => rpus.map((rpu) => rpu.toString('hex')).toSorted();

describe('Profile 7 becomes Profile 8.1, from the scan to the restored original', () => {
  it.for(['convert', 'reencode'] as const)('by %s', { timeout: 240_000 }, async (way, context) => {
    if (real === null) context.skip('dovi_tool is not on the PATH');
    const { films, frames, converted } = await clips();
    const count = Object.keys(films).length;
    const folder = await temporaryFolder();
    const library = path.join(folder, 'library');
    await mkdir(library);
    for (const [name, source] of Object.entries(films)) await copyFile(source, path.join(library, name));
    const server = await startServer(await makeConfig(folder, profileFor(way)));
    const added = await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
    await server.api('POST', `libraries/${added.id}/scan`);
    const done = await until(
      'all films',
      async () => {
        const jobs = (await server.api<Page<Job>>('GET', 'jobs')).records;
        const failed = jobs.find(({ state }) => state.startsWith('failed') || state === 'skipped');
        if (failed !== undefined) throw new Error(`${failed.title}: ${JSON.stringify(failed.reason)}`);
        return jobs.filter(({ state }) => state === 'completed').length === count && jobs;
      },
      { timeoutMs: 150_000, seen: () => server.output().slice(-2000) },
    );

    for (const [name, source] of Object.entries(films)) {
      const film = path.join(library, name);
      const rpus = await convertedRpus(source, folder);
      expect(asSet(rpus)).toEqual(asSet(await rpusIn(converted)));
      await expectProfile81(film, { frames, rpus });
      expect(await lightOf(film)).toEqual(await lightOf(source));
      const rest = await restOf(film);
      expect(rest).toEqual(await restOf(source));
      if (name !== 'p7_mel.mkv') expect(rest.times['audio']?.[0]).toBe('0.120000');
      if (way === 'convert') expect(await pictureOf(film)).toBe(await pictureOf(source));
    }
    for (const { id } of done) {
      const { steps, pipeline } = await server.api<JobDetail>('GET', `jobs/${id}`);
      expect(pipeline).toBe('dolby_vision');
      expect(steps.map(({ state }) => state)).toEqual(Array(9).fill('completed'));
    }

    const trash = (await server.api<Page<TrashEntry>>('GET', 'trash')).records;
    expect(trash).toHaveLength(count);
    for (const { id } of trash) await server.api('POST', `trash/${id}/restore`);
    for (const [name, source] of Object.entries(films))
      expect(await sha256Of(path.join(library, name))).toBe(await sha256Of(source));
  });
});
