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

/** Waits until the job has ended badly for good. */
const untilFailed = (lab: Lab): Promise<JobDetail> =>
  lab.untilJob('the failure', ({ state }) => state === 'failed_permanent');

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

it('leaves a film alone that has frames without RPUs, and says how many', async () => {
  const lab = await Lab.open({ profile: profileFor('convert') });
  const before = await lab.add('film.mkv', await filmWithoutSomeRpus(3));
  lab.startAgent();
  const job = await untilFailed(lab);
  expect(job.reason).toMatchObject({ code: 'rpu_count' });
  expect(job.reason?.message).toContain(`${frames - 3} RPUs for ${frames} frames`);
  expect(job.steps.filter(({ state }) => state === 'failed').map(({ name }) => name)).toEqual([
    'get_metadata',
  ]);
  await lab.expectUntouched('film.mkv', before);
});

it('does not make up for RPUs that are lost on the way', async () => {
  const lab = await Lab.open({ profile: profileFor('reencode') });
  const before = await lab.add('film.mkv', await melFilm());
  await lab.tools.hold('x265', 'before', '*');
  lab.startAgent();
  await lab.untilHeldIn('reencode_x265');
  await loseRpus(await madeFile(lab.workFolder, 'rpu.bin'), 4);
  await lab.tools.release();
  const job = await untilFailed(lab);
  expect(job.reason).toMatchObject({ code: 'rpu_count' });
  expect(job.reason?.message).toContain(`${frames - 4} RPUs for ${frames} frames`);
  expect((await lab.tools.calls()).filter(({ args }) => args.includes('inject-rpu'))).toEqual([]);
  await lab.expectUntouched('film.mkv', before);
});

it('does not take a film whose header lies about its rate', async () => {
  const lab = await Lab.open({ profile: profileFor('convert') });
  const lying = path.join(lab.folder, 'lying.mkv');
  await copyFile(await melFilm(), lying);
  await execa('mkvpropedit', [lying, '--edit', 'track:v1', '--set', 'default-duration=40000000']);
  const before = await lab.add('film.mkv', lying);
  lab.startAgent();
  const job = await untilFailed(lab);
  expect(job.reason).toMatchObject({ code: 'frame_rate' });
  expect(job.reason?.message).toMatch(/25\.000 frames a second.*23\.9/);
  await lab.expectUntouched('film.mkv', before);
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
  const before = await lab.add('film.mkv', await melFilm());
  lab.startAgent();
  const job = await untilFailed(lab);
  expect(job.reason?.message).toMatch(/25.*23\.9/);
  expect(job.steps.filter(({ state }) => state === 'failed').map(({ name }) => name)).toEqual([
    'remux_final',
  ]);
  await lab.expectUntouched('film.mkv', before);
});

it('throws no full enhancement layer away that nobody has agreed to lose', async () => {
  const lab = await Lab.open({ profile: profileFor('convert') });
  const before = await lab.add('film.mkv', await felFilm());
  lab.startAgent();
  const file = await lab.untilFile('the decision', ({ status }) => status === 'skipped');
  expect(file.reason).toMatchObject({ code: 'fel_without_consent' });
  expect(file.reason?.message).toContain('allowFelLoss');
  expect((await lab.tools.calls()).filter(({ args }) => args.includes('convert'))).toEqual([]);
  await lab.expectUntouched('film.mkv', before);
});

it('gives nothing to a node without dovi_tool, and says what is missing', async () => {
  const lab = await Lab.open({ profile: profileFor('convert'), tools: { dovi_tool: null } });
  const before = await lab.add('film.mkv', await melFilm());
  lab.startAgent();
  const job = await lab.untilJob(
    'the reason',
    ({ state, reason }) => state === 'pending' && (reason?.message.includes('dovi_tool') ?? false),
  );
  const health = await lab.api<HealthNotice[]>('GET', 'health');
  expect(health.map(({ message }) => message).join('\n')).toContain('dovi_tool');
  expect(job.attempts).toEqual([]);
  await lab.expectUntouched('film.mkv', before);
});

it('puts a film off when the disk is full in the middle of an encode', async (context) => {
  const mounts = await Mounts.open();
  onTestFinished(() => mounts.close());
  let workFolder: string;
  try {
    workFolder = await mounts.tmpfs(160 * 1024 * 1024);
  } catch (error) {
    if (error instanceof CannotMount) return context.skip(error.message);
    throw error;
  }
  const lab = await Lab.open({ profile: profileFor('reencode'), workFolder });
  const before = await lab.add('film.mkv', await melFilm());
  await lab.tools.hold('x265', 'before', '*');
  lab.startAgent();
  await lab.untilHeldIn('reencode_x265');
  const ballast = path.join(workFolder, 'ballast');
  const { bavail, bsize } = await statfs(workFolder);
  await execa('fallocate', ['-l', String(bavail * bsize), ballast]);
  await lab.tools.release();
  const job = await lab.untilJob('the failure', ({ reason }) => reason !== null);
  expect(job.reason).toMatchObject({ code: 'no_space_work' });
  expect(job.deferredSince).not.toBeNull();
  await lab.expectUntouched('film.mkv', before);

  await rm(ballast);
  await lab.api('POST', `jobs/${job.id}/rerun`, { fromStep: 'reencode_x265' });
  await lab.untilJob('the end', ({ state }) => state === 'completed');
  expect(await sha256Of(lab.film('film.mkv'))).not.toBe(before);
});
