import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { dolbyVision } from '#engine/pipelines/dolby-vision/index.js';
import { profileSchema, type ProfileInput } from '#engine/profile/schema/index.js';
import { felFilm, filmWithoutSomeRpus, melFilm } from '../../support/dolby-vision.js';
import { machine, runFilm, type FilmResult, type FilmRun } from '../run-film.js';
import { measure, run, withFolder } from '../tools.js';
import { framesHash, pictureOf, rpusOf } from './films.js';
import { because, LACKS_DOVI_TOOL, LACKS_SAMPLES, sample } from './real-tool.js';

type Map = NonNullable<ProfileInput['dolbyVision']>;

const convert = (
  source: string,
  folder: string,
  dolbyVisionMap: Map = { profile7Mel: 'convert' },
  film: Partial<FilmRun> = {},
): Promise<FilmResult> =>
  runFilm(dolbyVision, {
    ...{ source, folder: path.join(folder, 'work') },
    profile: profileSchema.parse({ dolbyVision: dolbyVisionMap }),
    ...film,
  });

async function expectProfile81(made: FilmResult, source: string, folder: string): Promise<string> {
  expect(made.outcome.kind, made.log.join('\n')).toBe('delivered');
  const output = made.output ?? '';
  const { hdr } = await pictureOf(output);
  expect(hdr.dolbyVision).toMatchObject({
    profile: 8,
    elPresent: false,
    rpuPresent: true,
    compatibilityId: 1,
  });
  expect(hdr.format).toBe('hdr10');
  expect(await rpusOf(output, folder)).toEqual(await rpusOf(source, folder, true));
  expect(await framesHash(output)).toBe(await framesHash(source));
  return output;
}

/** RPUs of a file of them, sorted: which there are, wherever they stand. */
const asSet = (bin: Buffer) => bin.toString('latin1').split('\0\0\0\x01').sort();

const lacks = LACKS_DOVI_TOOL ?? LACKS_SAMPLES;

describe.skipIf(lacks !== null)(`Profile 7 as discs have it becomes 8.1${because(lacks)}`, () => {
  it.each(['p7_with_ac3.mkv', 'p7_mel.mkv'])('%s', (name) =>
    withFolder(async (folder) => {
      const source = sample(name);
      const made = await convert(source, folder);
      const output = await expectProfile81(made, source, folder);
      expect(made.fields['rpu']).toMatchObject({ count: 259 });
      expect(made.fields['metadata']).toMatchObject({
        ...{ frames: 259, rate: { numerator: 24_000, denominator: 1001 }, layer: 'mel', cmVersion: '4.0' },
        ...{ contentLight: { maxContent: 1000, maxAverage: 400 }, hdr10Plus: false },
      });
      const known = await readFile(sample('regular_rpu.bin'));
      expect(asSet(await rpusOf(output, folder))).toEqual(asSet(known));
      const [picture, sound] = (await measure(output)).streams;
      expect(picture).toMatchObject({ packets: 259, firstSeconds: 0 });
      if (name === 'p7_with_ac3.mkv') expect(sound?.firstSeconds).toBe(0.12);
    }),
  );
});

describe.skipIf(LACKS_DOVI_TOOL !== null)(`Profile 7 to 8.1${because(LACKS_DOVI_TOOL)}`, () => {
  it('with a full enhancement layer, where that is agreed to', () =>
    withFolder(async (folder) => {
      const source = await felFilm();
      const made = await convert(source, folder, { profile7Fel: 'convert', allowFelLoss: true });
      await expectProfile81(made, source, folder);
    }));

  it('goes on after each step with what is there, with the same result', () =>
    withFolder(async (folder) => {
      const source = await melFilm();
      const whole = await convert(source, path.join(folder, 'whole'));
      const expected = await rpusOf(whole.output ?? '', folder);
      // One attempt a step, as if the node were killed when the next one begins.
      let { checkpoint } = await convert(source, folder, undefined, { signal: AbortSignal.abort() });
      for (const { name } of dolbyVision.steps.slice(1)) {
        const kill = new AbortController();
        const attempt = await convert(source, folder, undefined, {
          checkpoint,
          signal: kill.signal,
          onStep: (begun) => {
            if (begun === name) kill.abort();
          },
        });
        expect(attempt.outcome.kind).toBe('cancelled');
        // Its own step, and the next one, which it is killed in; what is nothing to do is done at once.
        expect(attempt.log.filter((line) => /^step \d/.test(line)).length).toBeLessThanOrEqual(2);
        ({ checkpoint } = attempt);
      }
      const last = await convert(source, folder, undefined, { checkpoint });
      expect(last.outcome.kind, last.log.join('\n')).toBe('delivered');
      expect(await rpusOf(last.output ?? '', folder)).toEqual(expected);
      expect(last.log[0]).toBe('goes on after remux_final, done by an earlier attempt');
    }));

  const wrongRate = async (folder: string) => {
    const film = path.join(folder, 'rate.mkv');
    await copyFile(await melFilm(), film);
    await run('mkvpropedit', [film, '--edit', 'track:v1', '--set', 'default-duration=40000000']);
    return film;
  };

  it.each<[string, (folder: string) => Promise<string>, Map, string, string, string]>([
    [
      'RPUs that are missing',
      () => filmWithoutSomeRpus(3),
      { profile7Mel: 'convert' },
      'failed',
      'rpu_count',
      '43 RPUs for 46 frames',
    ],
    [
      'a rate that the frames do not have',
      wrongRate,
      { profile7Mel: 'convert' },
      'failed',
      'frame_rate',
      'says 25.000 frames a second',
    ],
    [
      'a full enhancement layer without consent',
      felFilm,
      { profile7Fel: 'convert', profile7Mel: 'convert' },
      'skipped',
      'fel_without_consent',
      'allowFelLoss: true',
    ],
  ])('leaves alone, before anything is made: %s', (_name, make, map, kind, code, message) =>
    withFolder(async (folder) => {
      const { outcome, checkpoint, log } = await convert(await make(folder), folder, map);
      expect(outcome, log.join('\n')).toMatchObject({ kind, reason: { code } });
      expect('reason' in outcome ? outcome.reason.message : '').toContain(message);
      expect(checkpoint.map(({ step }) => step)).toEqual(['copy_source']);
    }),
  );
});

it('says on a node without dovi_tool what is missing there', () =>
  withFolder(async (folder) => {
    const known = await machine();
    const tools = Object.fromEntries(Object.entries(known.tools).filter(([name]) => name !== 'dovi_tool'));
    const { outcome } = await convert(await melFilm(), folder, undefined, {
      capabilities: { ...known, tools },
    });
    expect(outcome).toMatchObject({ kind: 'failed', retryable: false, reason: { code: 'tool_missing' } });
    expect('reason' in outcome ? outcome.reason.message : '').toMatch(
      /^dovi_tool is not on this node, and .*MEL/,
    );
  }));
