import { readdir } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { melFilm, RECORDED } from '../support/dolby-vision.js';
import { until } from '../support/until.js';
import { expectProfile81, lightOf, pictureOf, restOf, rpusIn } from './checks.js';
import { Lab, profileFor } from './lab.js';
import type { Call, Moment, Watched } from './tool-box.js';

/** The steps in their order. */
const STEPS = [
  ...['copy_source', 'get_metadata', 'extract_p7', 'convert_p8', 'extract_rpu'],
  ...['reencode_x265', 'inject_rpu', 'remux_final', 'move_final'],
];

/** How a step is recognised in what its tools are asked to do; those without run no tool. */
const WORK: Readonly<Partial<Record<string, { tool: Watched; pattern: string; is: RegExp }>>> = {
  get_metadata: { tool: 'dovi_tool', pattern: 'info*', is: /^dovi_tool info / },
  extract_p7: { tool: 'ffmpeg', pattern: '*layers.hevc', is: /^ffmpeg .*layers\.hevc$/ },
  convert_p8: { tool: 'dovi_tool', pattern: '*convert*', is: /^dovi_tool .*\bconvert / },
  extract_rpu: {
    tool: 'dovi_tool',
    pattern: '*extract-rpu*-rpu.bin',
    is: /^dovi_tool .*extract-rpu .*-rpu\.bin$/,
  },
  reencode_x265: { tool: 'x265', pattern: '*.hevc*', is: /^x265 / },
  inject_rpu: { tool: 'dovi_tool', pattern: '*inject-rpu*', is: /^dovi_tool .*inject-rpu / },
  remux_final: { tool: 'mkvmerge', pattern: '*output.mkv*', is: /^mkvmerge .*output\.mkv/ },
};

function timesOf(step: string, calls: readonly Call[]): number {
  return calls.filter(({ tool, args }) => WORK[step]?.is.test([tool, ...args].join(' '))).length;
}

/** Kills the agent in each of these steps in turn, all in one job, and lets it end then. */
async function killInEach(way: 'convert' | 'reencode', kills: readonly [string, Moment][]) {
  const lab = await Lab.open({ profile: profileFor(way) });
  const source = await melFilm();
  await lab.add({ 'film.mkv': source });
  for (const [step, moment] of kills) {
    const work = WORK[step];
    if (work !== undefined) await lab.tools.hold(work.tool, moment, work.pattern);
    lab.startAgent(work === undefined ? step : undefined);
    await lab.untilHeldIn(step);
    await lab.killAgent();
    await lab.tools.release();
  }
  lab.startAgent();
  const job = await lab.untilJob('the end', ({ state }) => state === 'completed');
  expect(job.attempts.map(({ outcome }) => outcome)).toEqual([...kills.map(() => 'lost'), 'delivered']);
  expect(job.steps.map(({ name }) => name)).toEqual(STEPS);

  const left = async () => (await readdir(lab.workFolder)).filter((name) => name.startsWith('job-'));
  await until('the end of what was made on the way', async () => (await left()).length === 0, { seen: left });

  const log = await lab.log(job.id);
  const killed = kills.map(([step]) => step);
  for (const [index, step] of STEPS.entries()) {
    const begun = log.split('\n').filter((line) => line.endsWith(`step ${index + 1}/9 ${step}`)).length;
    expect(begun, `times that ${step} has begun`).toBe(killed.includes(step) ? 2 : 1);
  }
  const wentOn = [...log.matchAll(/goes on after (\w+), done by an earlier attempt/g)].map(
    ([, step]) => step,
  );
  expect(wentOn).toEqual(killed.flatMap((step) => STEPS[STEPS.indexOf(step) - 1] ?? []));
  return { lab, source, film: lab.film('film.mkv'), calls: await lab.tools.calls(), killed };
}

it('goes on with the step in which the agent was killed, when it converts', async () => {
  const { source, film, calls, killed } = await killInEach('convert', [
    ['copy_source', 'before'],
    ['get_metadata', 'after'],
    ['extract_p7', 'after'],
    ['convert_p8', 'after'],
    ['extract_rpu', 'before'],
    ['remux_final', 'after'],
    ['move_final', 'before'],
  ]);
  for (const step of ['get_metadata', 'extract_p7', 'convert_p8', 'extract_rpu', 'remux_final'])
    expect(timesOf(step, calls), step).toBe(killed.includes(step) ? 2 : 1);
  for (const step of ['reencode_x265', 'inject_rpu']) expect(timesOf(step, calls), step).toBe(0);

  const frames = RECORDED.frames;
  await expectProfile81(film, { frames, rpus: await rpusIn(RECORDED.converted) });
  expect(await pictureOf(film)).toBe(await pictureOf(source));
  expect(await restOf(film)).toEqual(await restOf(source));
}, 300_000);

it('goes on with the step in which the agent was killed, when it makes a new picture', async () => {
  const { source, film, calls } = await killInEach('reencode', [
    ['extract_rpu', 'after'],
    ['reencode_x265', 'after'],
    ['inject_rpu', 'after'],
  ]);
  for (const step of ['extract_rpu', 'reencode_x265', 'inject_rpu'])
    expect(timesOf(step, calls), step).toBe(2);
  for (const step of ['get_metadata', 'remux_final']) expect(timesOf(step, calls), step).toBe(1);
  for (const step of ['extract_p7', 'convert_p8']) expect(timesOf(step, calls), step).toBe(0);

  await expectProfile81(film, { frames: RECORDED.frames, rpus: await rpusIn(RECORDED.converted) });
  expect(await lightOf(film)).toEqual(await lightOf(source));
  expect(await restOf(film)).toEqual(await restOf(source));
}, 300_000);
