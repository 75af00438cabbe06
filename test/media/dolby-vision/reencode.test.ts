import path from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '#contracts';
import type { MasteringDisplay } from '#engine/media/media-info.js';
import { dolbyVision } from '#engine/pipelines/dolby-vision/index.js';
import { profileSchema, type ProfileInput } from '#engine/profile/schema/index.js';
import { melFilm } from '../../support/dolby-vision.js';
import { machine, runFilm, type FilmResult } from '../run-film.js';
import { measure, withFolder } from '../tools.js';
import { pictureOf, profile81Film, profile84Film, rpusOf } from './films.js';
import { because, LACKS_DOVI_TOOL, LACKS_X265 } from './real-tool.js';

/** Quick, and never too careful about savings: two seconds of film have none to speak of. */
const reencode = (
  source: string,
  folder: string,
  map: ProfileInput['dolbyVision'],
  capabilities?: Capabilities,
): Promise<FilmResult> =>
  runFilm(dolbyVision, {
    ...{ source, folder: path.join(folder, 'work') },
    profile: profileSchema.parse({
      dolbyVision: { crf: 40, preset: 13, ...map },
      act: { minimumExpectedSaving: 1, minimumSaving: -10 },
    }),
    ...(capabilities === undefined ? {} : { capabilities }),
  });

/** What one container keeps as fractions, and another one as floating numbers. */
const inSteps = (display: MasteringDisplay | null) =>
  display === null
    ? null
    : [
        display.red,
        display.green,
        display.blue,
        display.whitePoint,
        display.maxLuminance,
        display.minLuminance,
      ]
        .flat()
        .map((value) => value.toFixed(4));

/** The record, the light and the metadata of a film's new picture. */
async function expectReencoded(made: FilmResult, source: string, folder: string, toProfile81: boolean) {
  expect(made.outcome.kind, made.log.join('\n')).toBe('delivered');
  const output = made.output ?? '';
  const [before, after] = [(await pictureOf(source)).hdr, (await pictureOf(output)).hdr];
  expect(after.format).toBe(before.format);
  expect(inSteps(after.masteringDisplay)).toEqual(inSteps(before.masteringDisplay));
  expect(after.contentLight).toEqual(before.contentLight);
  expect(await rpusOf(output, folder)).toEqual(await rpusOf(source, folder, toProfile81));
  const starts = async (file: string) =>
    (await measure(file)).streams.map(({ firstSeconds }) => firstSeconds);
  expect(await starts(output)).toEqual(await starts(source));
  return after.dolbyVision;
}

const PROFILE_81 = { profile: 8, compatibilityId: 1, elPresent: false };
const lacks = LACKS_DOVI_TOOL ?? LACKS_X265;

describe.skipIf(lacks !== null)(`encoded anew with its Dolby Vision${because(lacks)}`, () => {
  it('Profile 7 as 8.1', () =>
    withFolder(async (folder) => {
      const source = await melFilm();
      const made = await reencode(source, folder, { profile7Mel: 'reencode' });
      expect(await expectReencoded(made, source, folder, true)).toMatchObject(PROFILE_81);
    }));

  it.each([
    ['by dovi_tool', true],
    ['by x265 alone', false],
  ])('Profile 8.1 that begins late, %s', (_name, hasDoviTool) =>
    withFolder(async (folder) => {
      const source = await profile81Film(await melFilm(), folder);
      const known = await machine();
      const tools = Object.entries(known.tools).filter(([name]) => hasDoviTool || name !== 'dovi_tool');
      const made = await reencode(
        source,
        folder,
        { profile81: 'reencode' },
        { ...known, tools: Object.fromEntries(tools) },
      );
      expect(await expectReencoded(made, source, folder, false)).toMatchObject(PROFILE_81);
      expect(made.log.some((line) => line.includes('dovi_tool'))).toBe(hasDoviTool);
    }),
  );

  it('Profile 8.4 over HLG', () =>
    withFolder(async (folder) => {
      const source = await profile84Film(await melFilm(), folder);
      const made = await reencode(source, folder, { profile84: 'reencode' });
      const record = await expectReencoded(made, source, folder, false);
      expect(record).toMatchObject({ profile: 8, compatibilityId: 4, elPresent: false });
    }));
});
