import { describe, expect, it } from 'vitest';
import { effectiveProfile } from './effective.js';
import { readLayer, type ProfileLayer } from './layers.js';
import { profileSchema } from './schema/index.js';

function layer(file: string, text: string): ProfileLayer {
  const read = readLayer(text, file, file.includes('.boilarr') ? 'folder' : 'named');
  if (!read.ok) throw new Error(read.errors.map(({ message }) => message).join('\n'));
  return read.layer;
}

function effective(...files: [file: string, text: string][]) {
  const result = effectiveProfile(files.map(([file, text]) => layer(file, text)));
  if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('\n'));
  return result.effective;
}

function errors(...files: [file: string, text: string][]): string[] {
  const result = effectiveProfile(files.map(([file, text]) => layer(file, text)));
  return result.ok ? [] : result.errors.map(({ message }) => message);
}

const NAMED =
  'video:\n  crf: 30\n  parameters: {scd: 1, lookahead: 40}\naudio:\n  keepLanguages: [eng, ger]\n';

describe('effectiveProfile', () => {
  it('is the defaults without layers', () => {
    const { profile, origins } = effective();
    expect(profile).toEqual(profileSchema.parse({}));
    expect(origins['video.crf']).toEqual({ kind: 'default' });
    expect(new Set(Object.values(origins).map(({ kind }) => kind))).toEqual(new Set(['default']));
  });

  it('merges maps key by key, replaces lists, and passes over empty keys', () => {
    const { profile } = effective(
      ['a.yaml', NAMED],
      ['.boilarr.yaml', 'video:\n  preset: 4\n  parameters: {scd: 0}\n  crf:\naudio:\n'],
      ['x/.boilarr.yaml', 'audio: {keepLanguages: [jpn]}\nvideo:\n'],
    );
    expect(profile.video).toMatchObject({ crf: 30, preset: 4, parameters: { scd: 0, lookahead: 40 } });
    expect(profile.audio.keepLanguages).toEqual(['jpn']);
  });

  it('knows who said what', () => {
    const { origins } = effective(
      ['a.yaml', NAMED],
      ['.boilarr.yaml', 'video:\n  parameters:\n    scd: 0\n'],
    );
    const of = (file: string, line: number, column: number) => ({ kind: 'layer', file, line, column });
    expect(origins['video.crf']).toEqual(of('a.yaml', 2, 8));
    expect(origins['video.parameters.scd']).toEqual(of('.boilarr.yaml', 3, 10));
    expect(origins['video.parameters.lookahead']).toEqual(of('a.yaml', 3, 35));
    expect(origins['audio.keepLanguages']).toEqual(of('a.yaml', 5, 18));
    expect(origins['video.preset']).toEqual({ kind: 'default' });
  });

  it('starts anew at a named profile', () => {
    const folder = layer('x/.boilarr.yaml', 'profile: other\nvideo: {preset: 2}\n');
    expect(folder.base).toBe('other');
    expect(folder.value).toEqual({ video: { preset: 2 } });
    const result = effectiveProfile([
      layer('a.yaml', NAMED),
      layer('.boilarr.yaml', 'container: mp4'),
      layer('other.yaml', 'video: {crf: 20}\n'),
      folder,
    ]);
    if (!result.ok) throw new Error();
    expect(result.effective.profile.video).toMatchObject({ crf: 20, preset: 2, parameters: {} });
    expect(result.effective.profile.container).toBe('mkv');
  });

  it('follows the codec with the crf unless somebody set it', () => {
    expect(effective(['a.yaml', ''], ['.boilarr.yaml', 'video: {codec: hevc}']).profile.video.crf).toBe(23);
    expect(effective(['a.yaml', NAMED], ['.boilarr.yaml', 'video: {codec: copy}']).profile.video.crf).toBe(
      30,
    );
  });

  it('tells what does not go together at the file that said it last, and where the codec comes from', () => {
    expect(
      errors(
        ['a.yaml', 'video:\n  crf: 60\n'],
        ['x/.boilarr.yaml', 'container: mkv\nvideo:\n  codec: hevc\n'],
      ),
    ).toEqual([
      'a.yaml:2:8: video.crf: is 60, but must be a whole number from 1 to 51 for hevc (the codec is set in x/.boilarr.yaml:3)',
    ]);
    expect(errors(['a.yaml', 'video: {codec: hevc}'], ['x/.boilarr.yaml', 'video:\n  tune: film\n'])).toEqual(
      [
        'x/.boilarr.yaml:2:9: video.tune: is "film", but must be one of default, grain, animation, psnr, ssim for hevc (the codec is set in a.yaml:1)',
      ],
    );
    expect(
      errors(['a.yaml', 'video: {codec: hevc}'], ['x/.boilarr.yaml', 'video:\n  parameters: {scd: 0}\n']),
    ).toEqual([
      'x/.boilarr.yaml:2:21: video.parameters.scd: is no parameter for hevc; allowed are aq-mode, aq-strength, psy-rd, psy-rdoq, bframes, ref, rc-lookahead, deblock, sao, rd, ctu (the codec is set in a.yaml:1)',
    ]);
  });
});

describe('readLayer', () => {
  it('checks a folder by itself only as far as it can be known', () => {
    const read = (text: string) => readLayer(text, '.boilarr.yaml', 'folder').ok;
    expect(read('video: {tune: film}')).toBe(true);
    expect(read('video: {tune: film, codec: h264}')).toBe(true);
    expect(read('video: {tune: film, codec: av1}')).toBe(false);
    expect(readLayer('video: {tune: film}', 'a.yaml', 'named').ok).toBe(false);
  });

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])('takes no key %s anywhere', (key) => {
    for (const text of [
      `${key}: 1`,
      `${key}: {crf: 1}`,
      `${key}:`,
      `video: {${key}: {a: 1}}`,
      `video: {parameters: {${key}: 1}}`,
    ])
      for (const kind of ['named', 'folder'] as const) {
        const read = readLayer(text, 'f', kind);
        if (read.ok) expect(effectiveProfile([read.layer]).ok).toBe(false);
      }
    expect(Object.hasOwn(Object.prototype, 'crf')).toBe(false);
  });
});
