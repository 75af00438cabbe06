import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { describe, expect, it } from 'vitest';
import type { Job, JobDetail, Library, Page, TrashEntry } from '../../contracts/src/index.js';
import { realDoviTool, samplesFolder } from '../support/dolby-vision.js';
import { makeConfig } from '../support/program.js';
import { startServer } from '../support/server.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { until } from '../support/until.js';
import { expectProfile81, lightOf, pictureOf, restOf, rpusIn } from './checks.js';
import { profileFor, sha256Of } from './lab.js';

/** What there is of them decides whether anything can be shown here. */
const [real, folderOfSamples] = [await realDoviTool(), await samplesFolder()];
const samples = folderOfSamples ?? '';
const missing = [
  ...(real === null ? ['dovi_tool is not on the PATH'] : []),
  ...(folderOfSamples === null ? ['BOILARR_DOLBY_VISION_SAMPLES names no folder with p7_with_ac3.mkv'] : []),
];

const FRAMES = 259;
const FILMS = ['p7_with_ac3.mkv', 'p7_mel.mkv'];

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
    if (missing.length > 0) context.skip(missing.join('; '));
    const folder = await temporaryFolder();
    const library = path.join(folder, 'library');
    await mkdir(library);
    for (const name of FILMS) await copyFile(path.join(samples, name), path.join(library, name));
    const server = await startServer(await makeConfig(folder, profileFor(way)));
    const added = await server.api<Library>('POST', 'libraries', { path: library, minimumAgeSeconds: 0 });
    await server.api('POST', `libraries/${added.id}/scan`);
    const done = await until(
      'both films',
      async () => {
        const jobs = (await server.api<Page<Job>>('GET', 'jobs')).records;
        const failed = jobs.find(({ state }) => state.startsWith('failed') || state === 'skipped');
        if (failed !== undefined) throw new Error(`${failed.title}: ${JSON.stringify(failed.reason)}`);
        return jobs.filter(({ state }) => state === 'completed').length === FILMS.length && jobs;
      },
      { timeoutMs: 150_000, seen: () => server.output().slice(-2000) },
    );

    for (const name of FILMS) {
      const [film, source] = [path.join(library, name), path.join(samples, name)];
      const rpus = await convertedRpus(source, folder);
      expect(asSet(rpus)).toEqual(asSet(await rpusIn(path.join(samples, 'regular_rpu.bin'))));
      await expectProfile81(film, { frames: FRAMES, rpus });
      expect(await lightOf(film)).toEqual(await lightOf(source));
      const rest = await restOf(film);
      expect(rest).toEqual(await restOf(source));
      if (name === 'p7_with_ac3.mkv') expect(rest.times['audio']?.[0]).toBe('0.120000');
      if (way === 'convert') expect(await pictureOf(film)).toBe(await pictureOf(source));
    }
    for (const { id } of done) {
      const { steps, pipeline } = await server.api<JobDetail>('GET', `jobs/${id}`);
      expect(pipeline).toBe('dolby_vision');
      expect(steps.map(({ state }) => state)).toEqual(Array(9).fill('completed'));
    }

    const trash = (await server.api<Page<TrashEntry>>('GET', 'trash')).records;
    expect(trash).toHaveLength(FILMS.length);
    for (const { id } of trash) await server.api('POST', `trash/${id}/restore`);
    for (const name of FILMS)
      expect(await sha256Of(path.join(library, name))).toBe(await sha256Of(path.join(samples, name)));
  });
});
