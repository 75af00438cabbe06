import { mkdtemp, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MEL, PROFILE_81 } from '../../media/dolby-vision.fixture.js';
import { StepFailure, type Fields, type Step } from '../../pipeline/step.js';
import type { ProducedFile } from '../film/stored.js';
import { convertP8 } from './convert-p8.js';
import { extractP7 } from './extract-p7.js';
import { extractRpu } from './extract-rpu.js';
import { dolbyVision } from './index.js';
import { injectRpu } from './inject-rpu.js';
import { reencodeX265 } from './reencode-x265.js';
import {
  faultless,
  FRAMES,
  left,
  outputOf,
  recordSteps,
  rpuFile,
  type Answer,
  type Film,
  type Recorded,
} from './testing/recorded-run.js';

const LITTLE = { minimumExpectedSaving: 0 };
const CONVERT: Film = { dolbyVision: MEL, profile: { dolbyVision: { profile7Mel: 'convert' } } };
const REENCODE: Film = {
  dolbyVision: MEL,
  profile: { dolbyVision: { profile7Mel: 'reencode' }, act: LITTLE },
};
const AGAIN: Film = {
  dolbyVision: PROFILE_81,
  profile: { dolbyVision: { profile81: 'reencode' }, act: LITTLE },
};
const WITHOUT_DOVI: Film = { ...AGAIN, tools: ['ffmpeg', 'ffprobe', 'x265'] };

const MIDDLE: readonly Step[] = [extractP7, convertP8, extractRpu, reencodeX265, injectRpu];

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'boilarr-steps-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Each call in short: programs, dovi_tool's command and mode, and what is read and written. */
function inShort({ calls }: Recorded): string[] {
  return calls.map((call) => {
    const { args } = call;
    const command = args.find((word) => ['convert', 'extract-rpu', 'inject-rpu'].includes(word));
    const names = args
      .filter((word) => word.includes(folder))
      .map((word) => path.basename(word).replace(/^(?:partial|token)-/, ''));
    return [
      call.line,
      ...(args.includes('--mode') ? ['-m', args[args.indexOf('--mode') + 1]] : []),
      ...(command === undefined ? [] : [command]),
      ...names,
    ].join(' ');
  });
}

const recorded = (film: Film, answer: Answer = faultless()) => recordSteps(MIDDLE, film, folder, answer);

describe('the steps between metadata and remux', () => {
  it('are named as everybody names them, in this order', () => {
    expect(dolbyVision.steps.map(({ name }) => name)).toEqual([
      ...['copy_source', 'get_metadata', 'extract_p7', 'convert_p8', 'extract_rpu'],
      ...['reencode_x265', 'inject_rpu', 'remux_final', 'move_final'],
    ]);
  });

  it.each<[string, Film, string[], string[], string]>([
    [
      'convert',
      CONVERT,
      [
        'ffmpeg layers.hevc',
        'dovi_tool -m 2 convert layers.hevc single.hevc',
        'dovi_tool extract-rpu single.hevc rpu.bin',
      ],
      ['rpu.bin', 'single.hevc'],
      'single.hevc',
    ],
    [
      'reencode of Profile 7',
      REENCODE,
      [
        'ffmpeg | dovi_tool -m 2 extract-rpu rpu.bin',
        'ffmpeg | x265 encoded.hevc',
        'ffprobe encoded.hevc',
        'dovi_tool inject-rpu encoded.hevc rpu.bin injected.hevc',
        'dovi_tool extract-rpu injected.hevc check.bin',
      ],
      ['encoded.hevc', 'injected.hevc', 'rpu.bin'],
      'injected.hevc',
    ],
    [
      'reencode of Profile 8.1, whose metadata stays',
      AGAIN,
      [
        'ffmpeg | dovi_tool extract-rpu rpu.bin',
        'ffmpeg | x265 encoded.hevc',
        'ffprobe encoded.hevc',
        'dovi_tool inject-rpu encoded.hevc rpu.bin injected.hevc',
        'dovi_tool extract-rpu injected.hevc check.bin',
      ],
      ['encoded.hevc', 'injected.hevc', 'rpu.bin'],
      'injected.hevc',
    ],
  ])('%s', async (_name, film, commands, files, video) => {
    const run = await recorded(film);
    expect(inShort(run)).toEqual(commands);
    expect(await left(folder)).toEqual(files);
    expect((run.fields['video'] as ProducedFile).path).toBe(path.join(folder, `token-${video}`));
  });

  it('put in the metadata by x265 itself where there is no dovi_tool', async () => {
    const units = rpuFile(FRAMES);
    const run = await recorded(WITHOUT_DOVI, async (call) => {
      if (call.line !== 'ffmpeg') return faultless()(call);
      const [unitsFile, times] = call.args
        .filter((word) => word.startsWith('file:/') && word.includes(folder))
        .map((word) => word.slice('file:'.length));
      // A unit begins with a start code and its type, which files of RPUs leave out.
      const unit = Buffer.concat([Buffer.from([0, 0, 0, 1, 0x7c, 1]), units.subarray(4, 8)]);
      await writeFile(unitsFile!, Buffer.concat(Array.from({ length: FRAMES }, () => unit)));
      const lines = Array.from({ length: FRAMES }, (_, at) => `0, ${at}, ${at}, 1, ${unit.length}, 0x0`);
      await writeFile(times!, lines.join('\n'));
    });
    expect(inShort(run).map((line) => line.split(' ').slice(0, 3).join(' '))).toEqual([
      'ffmpeg rpu.bin.units rpu.bin.times',
      'ffmpeg | x265',
      'ffprobe encoded.hevc',
    ]);
    const x265 = run.calls.find(({ line }) => line === 'ffmpeg | x265');
    const rpu = run.fields['rpu'] as ProducedFile;
    expect(x265?.args.slice(-4)).toEqual([
      ...['--dolby-vision-profile', '8.1'],
      ...['--dolby-vision-rpu', rpu.path],
    ]);
    expect(run.fields['video']).toEqual(run.fields['encoded']);
    expect(await left(folder)).toEqual(['encoded.hevc', 'rpu.bin']);
  });

  it('say what they leave out, and why', async () => {
    const said = (run: Recorded) => run.log.filter((line) => line.startsWith('nothing to do'));
    expect(said(await recorded(CONVERT))).toEqual([
      'nothing to do: the picture stays bit for bit',
      'nothing to do: the converted picture has its metadata',
    ]);
    expect(said(await recorded(REENCODE))).toEqual([
      'nothing to do: a new picture is made, and the metadata can be read from the source',
      'nothing to do: the metadata is converted where it is read from the source',
    ]);
  });

  it.each([
    ['convert', CONVERT, ['dovi_tool', 'dovi_tool']],
    ['reencode', REENCODE, ['dovi_tool', 'dovi_tool']],
  ])('%s: let no program hang longer than the profile says', async (_name, film, quiet) => {
    const act = { ...LITTLE, stallSeconds: 77, timeLimitMinutes: 5 };
    const seen: string[] = [];
    const { calls } = await recorded({ ...film, profile: { ...film.profile, act } }, async (call) => {
      await faultless()(call);
      const { aliveBy, input } = call.options;
      if (aliveBy === undefined || input !== undefined) return;
      seen.push(call.line);
      // Where nobody counts what a program does, it is known by what it writes.
      expect(await aliveBy(2 ** 22 + 1)).toBe((await stat(outputOf(call)!)).size);
    });
    for (const { line, options } of calls) {
      expect(options.stallMs).toBe(77_000);
      if (line !== 'ffprobe') expect(options).toMatchObject({ limitMs: 300_000, onlyTouch: true });
    }
    expect(seen).toEqual(quiet);
  });
});

describe('what does not belong together', () => {
  const failure = async (film: Film, answer: Answer): Promise<StepFailure> => {
    const error = await recorded(film, answer).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(StepFailure);
    return error as StepFailure;
  };

  it.each<[string, Film, Answer, string, string]>([
    [
      'too few RPUs to inject',
      REENCODE,
      faultless(FRAMES - 10),
      'rpu_count',
      'the metadata has 23990 RPUs for 24000 frames',
    ],
    [
      'too many',
      REENCODE,
      faultless(FRAMES + 1),
      'rpu_count',
      'the metadata has 24001 RPUs for 24000 frames',
    ],
    [
      'a converted frame without one',
      CONVERT,
      faultless(FRAMES - 1),
      'rpu_count',
      'the converted picture has 23999 RPUs for 24000 frames',
    ],
    [
      'a frame that was not encoded',
      REENCODE,
      faultless(FRAMES, FRAMES - 1),
      'frame_count',
      'has 23999 frames, and the source 24000',
    ],
  ])('%s', async (_name, film, answer, code, message) => {
    const { reason, retryable } = await failure(film, answer);
    expect(reason.code).toBe(code);
    expect(reason.message).toContain(message);
    expect(retryable).toBe(false);
  });

  const checked =
    (found: Buffer): Answer =>
    async (call) => {
      const output = outputOf(call);
      if (output?.includes('check.bin') === true) await writeFile(output, found);
      else await faultless()(call);
    };

  it.each<[string, Buffer, string, string]>([
    [
      'a frame that got none',
      rpuFile(FRAMES - 1),
      'rpu_count',
      'the new picture has 23999 RPUs for 24000 frames',
    ],
    [
      'another RPU than it was given',
      Buffer.concat([rpuFile(FRAMES - 1), Buffer.from([0, 0, 0, 1, 9, 9, 9, 0x80])]),
      'rpu_changed',
      'not all are the 24000 that it was given',
    ],
  ])('%s', async (_name, found, code, message) => {
    const { reason } = await failure(REENCODE, checked(found));
    expect(reason.code).toBe(code);
    expect(reason.message).toContain(message);
  });
});

describe('what an earlier attempt has left', () => {
  it.each<[Step, Film, string]>([
    [extractP7, CONVERT, 'layers'],
    [convertP8, CONVERT, 'single'],
    [extractRpu, CONVERT, 'rpu'],
    [reencodeX265, REENCODE, 'encoded'],
    [injectRpu, REENCODE, 'video'],
  ])('$name is still good as long as its file is there, whole', async (step, film, field) => {
    const upTo = MIDDLE.slice(0, MIDDLE.indexOf(step) + 1);
    const { fields } = await recordSteps(upTo, film, folder, faultless());
    const { path: file, size } = fields[field] as ProducedFile;
    const valid = () => step.stillValid?.(fields, {} as never);
    expect(await valid()).toBe(true);
    await truncate(file, size - 1);
    expect(await valid()).toBe(false);
    await rm(file);
    expect(await valid()).toBe(false);
  });

  it.each<[string, Film, string[]]>([
    ['convert', CONVERT, ['layers', 'single']],
    ['reencode', REENCODE, ['encoded', 'video']],
  ])('%s: there are never more than two pictures at a time', async (_name, film, both) => {
    // Of attempts that were killed.
    for (const name of ['old-layers.hevc', 'old-single.hevc', 'old-injected.hevc', 'old-output.mkv'])
      await writeFile(path.join(folder, name), 'old');
    await writeFile(path.join(folder, 'source.mkv'), 'not ours');
    let most = 0;
    await recorded(film, async (call) => {
      await faultless()(call);
      const pictures = (await left(folder)).filter((name) => /\.(?:hevc|mkv)$/.test(name));
      most = Math.max(most, pictures.length - 1);
    });
    expect(most).toBe(both.length);
    expect(await left(folder)).toContain('source.mkv');
    expect((await left(folder)).filter((name) => name.startsWith('old-'))).toEqual([]);
  });

  it('fields of a step that did nothing are nothing to look for', async () => {
    const nothing: Fields = { layers: null, single: null, rpu: null, encoded: null };
    for (const step of [extractP7, convertP8, extractRpu, reencodeX265])
      expect(await step.stillValid?.(nothing, {} as never)).toBe(true);
  });
});
