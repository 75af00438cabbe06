import { chmod, copyFile, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { expect, it, onTestFinished } from 'vitest';
import type { HealthNotice, JobDetail } from '../../contracts/src/index.js';
import { CannotMount, Mounts } from '../file-systems/mounts.js';
import { joinNals, splitNals } from '../support/dovi-tool/annex-b.js';
import { felFilm, filmWithoutSomeRpus, melFilm, RECORDED } from '../support/dolby-vision.js';
import { temporaryFolder } from '../support/temporary-folder.js';
import { Lab, profileFor, sha256Of, which } from './lab.js';

const { frames } = RECORDED;

const FILM = 'film.mkv';

/** Waits until a film's job has ended badly for good. */
const untilFailed = (lab: Lab, film = FILM): Promise<JobDetail> =>
  lab.untilJob('the failure', ({ state, title }) => state === 'failed_permanent' && title === film);

const failedSteps = ({ steps }: JobDetail): string[] =>
  steps.filter(({ state }) => state === 'failed').map(({ name }) => name);

/** The files of a job, by the end of their names. */
async function madeFile(workFolder: string, end: string): Promise<string> {
  const files = await readdir(workFolder, { recursive: true });
  const found = files.find((name) => name.endsWith(end));
  if (found === undefined) throw new Error(`there is no ${end} among ${files.join(', ')}`);
  return path.join(workFolder, found);
}

async function loseRpus(bin: string, count: number): Promise<void> {
  await writeFile(bin, joinNals(splitNals(await readFile(bin)).slice(0, -count)));
}

it('leaves alone what it cannot do well, and says for each film why', async () => {
  const lab = await Lab.open({ profile: profileFor('convert') });
  const lying = path.join(lab.folder, 'lying.mkv');
  await copyFile(await melFilm(), lying);
  await execa('mkvpropedit', [lying, '--edit', 'track:v1', '--set', 'default-duration=40000000']);
  const before = await lab.add({
    'fel.mkv': await felFilm(),
    'lying.mkv': lying,
    'missing.mkv': await filmWithoutSomeRpus(3),
  });
  lab.startAgent();

  const fel = await lab.untilFile('the decision', ({ status }) => status === 'skipped');
  expect(fel).toMatchObject({ path: 'fel.mkv', reason: { code: 'fel_without_consent' } });
  expect(fel.reason?.message).toContain('allowFelLoss');

  const missing = await untilFailed(lab, 'missing.mkv');
  expect(missing.reason).toMatchObject({ code: 'rpu_count' });
  expect(missing.reason?.message).toContain(`${frames - 3} RPUs for ${frames} frames`);
  expect(failedSteps(missing)).toEqual(['get_metadata']);

  const rate = await untilFailed(lab, 'lying.mkv');
  expect(rate.reason).toMatchObject({ code: 'frame_rate' });
  expect(rate.reason?.message).toMatch(/25\.000 frames a second.*23\.9/);
  expect(failedSteps(rate)).toEqual(['get_metadata']);

  expect((await lab.tools.calls()).filter(({ args }) => args.includes('convert'))).toEqual([]);
  await lab.expectUntouched(before);
});

it('does not make up for RPUs that are lost on the way', async () => {
  const lab = await Lab.open({ profile: profileFor('reencode') });
  const before = await lab.add({ [FILM]: await melFilm() });
  await lab.tools.hold('x265', 'before', '*.hevc*');
  lab.startAgent();
  await lab.untilHeldIn('reencode_x265');
  await loseRpus(await madeFile(lab.workFolder, 'rpu.bin'), 4);
  await lab.tools.release();
  const job = await untilFailed(lab);
  expect(job.reason).toMatchObject({ code: 'rpu_count' });
  expect(job.reason?.message).toContain(`${frames - 4} RPUs for ${frames} frames`);
  expect((await lab.tools.calls()).filter(({ args }) => args.includes('inject-rpu'))).toEqual([]);
  await lab.expectUntouched(before);
});

it('throws a result away whose frames follow each other at another rate', async () => {
  const folder = await temporaryFolder();
  const mkvmerge = path.join(folder, 'mkvmerge');
  const script = `#!/bin/sh
for argument; do
  shift
  case "$argument" in
    0:24000/1001*) set -- "$@" 0:25fps ;;
    *) set -- "$@" "$argument" ;;
  esac
done
exec '${(await which('mkvmerge')) ?? ''}' "$@"
`;
  await writeFile(mkvmerge, script);
  await chmod(mkvmerge, 0o755);
  const lab = await Lab.open({ profile: profileFor('convert'), tools: { mkvmerge } });
  const before = await lab.add({ [FILM]: await melFilm() });
  lab.startAgent();
  const job = await untilFailed(lab);
  expect(job.reason?.message).toMatch(/should end at 1\.918 s, and does so at 1\.840 s/);
  expect(failedSteps(job)).toEqual(['remux_final']);
  await lab.expectUntouched(before);
});

it('gives nothing to a node without dovi_tool, and says what is missing', async () => {
  const lab = await Lab.open({ profile: profileFor('convert'), tools: { dovi_tool: null } });
  const before = await lab.add({ [FILM]: await melFilm() });
  lab.startAgent();
  const job = await lab.untilJob(
    'the reason',
    ({ state, reason }) => state === 'pending' && (reason?.message.includes('dovi_tool') ?? false),
  );
  const health = await lab.api<HealthNotice[]>('GET', 'health');
  expect(health.map(({ message }) => message).join('\n')).toContain('dovi_tool');
  expect(job.attempts).toEqual([]);
  await lab.expectUntouched(before);
});

it.for([
  { way: 'reencode', step: 'reencode_x265', tool: 'x265', pattern: '*.hevc*' },
  { way: 'convert', step: 'convert_p8', tool: 'dovi_tool', pattern: '*convert*' },
] as const)(
  'puts a film off when the disk is full in $step',
  async ({ way, step, tool, pattern }, context) => {
    const mounts = await Mounts.open();
    onTestFinished(() => mounts.close());
    let workFolder: string;
    try {
      workFolder = await mounts.tmpfs(160 * 1024 * 1024);
    } catch (error) {
      if (error instanceof CannotMount) return context.skip(error.message);
      throw error;
    }
    const lab = await Lab.open({ profile: profileFor(way), workFolder });
    const before = await lab.add({ [FILM]: await melFilm() });
    await lab.tools.hold(tool, 'before', pattern);
    lab.startAgent();
    await lab.untilHeldIn(step);
    const ballast = path.join(workFolder, 'ballast');
    const { bavail, bsize } = await statfs(workFolder);
    await execa('fallocate', ['-l', String(bavail * bsize), ballast]);
    await lab.tools.release();
    const job = await lab.untilJob('the failure', ({ reason }) => reason !== null);
    expect(job.reason).toMatchObject({ code: 'no_space_work' });
    expect(job.deferredSince).not.toBeNull();
    await lab.expectUntouched(before);

    await rm(ballast);
    await lab.api('POST', `jobs/${job.id}/rerun`, { fromStep: step });
    await lab.untilJob('the end', ({ state }) => state === 'completed');
    expect(await sha256Of(lab.film(FILM))).not.toBe(before.get(FILM));
  },
);
