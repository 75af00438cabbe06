import { describe, expect, it } from 'vitest';
import { LibraryProfiles, type FolderFile } from './library-profiles.js';
import type { NamedProfile } from './loaded-profile.js';
import { namedProfile } from './named-profile.js';

function named(name: string, text: string): NamedProfile {
  const result = namedProfile(name, text, `/config/profiles/${name}.yaml`);
  if (!result.ok) throw new Error(result.errors.join());
  return result.named;
}

const PROFILES = new Map([
  ['films', named('films', 'video: {crf: 30, preset: 6}')],
  ['small', named('small', 'video: {codec: hevc, crf: 27}')],
]);

function library(...files: (Partial<FolderFile> & { directory: string })[]): LibraryProfiles {
  const profiles = new LibraryProfiles(
    { name: 'Films', path: '/films', profile: 'films' },
    { find: (name) => PROFILES.get(name), names: () => [...PROFILES.keys()] },
  );
  for (const file of files) profiles.set({ text: null, validText: null, problem: null, ...file });
  return profiles;
}

describe('the profile of a folder', () => {
  const profiles = library(
    { directory: 'Anime', text: 'video: {crf: 20}' },
    { directory: 'Anime/Old', text: 'video: {filmGrain: 20}' },
    { directory: 'Phone', text: 'profile: small\naudio: {codec: copy}' },
    { directory: 'Phone/Best', text: 'video: {crf: 25}' },
  );

  it.each<[string, string, object]>([
    ['', 'films', { crf: 30, preset: 6, filmGrain: 8 }],
    ['Anime', 'films + Anime/.boilarr.yaml', { crf: 20, preset: 6, filmGrain: 8 }],
    ['Anime/New/Season 1', 'films + Anime/.boilarr.yaml', { crf: 20, filmGrain: 8 }],
    [
      'Anime/Old/x',
      'films + Anime/.boilarr.yaml + Anime/Old/.boilarr.yaml',
      { crf: 20, preset: 6, filmGrain: 20 },
    ],
    ['Anime Films', 'films', { crf: 30 }],
    ['Phone', 'small + Phone/.boilarr.yaml', { codec: 'hevc', crf: 27, preset: 8 }],
    [
      'Phone/Best',
      'small + Phone/.boilarr.yaml + Phone/Best/.boilarr.yaml',
      { codec: 'hevc', crf: 25, preset: 8 },
    ],
  ])('%j is %s', (directory, name, video) => {
    expect(profiles.for(directory)).toMatchObject({ name, profile: { video } });
  });

  it('says which file gave each value', () => {
    const { effective, layers } = profiles.explain('Anime/Old');
    expect(effective.origins['video.crf']).toMatchObject({ file: '/films/Anime/.boilarr.yaml', line: 1 });
    expect(effective.origins['video.preset']).toMatchObject({ file: '/config/profiles/films.yaml' });
    expect(effective.origins['container']).toEqual({ kind: 'default' });
    expect(layers.map(({ file }) => file)).toEqual([
      '/config/profiles/films.yaml',
      '/films/Anime/.boilarr.yaml',
      '/films/Anime/Old/.boilarr.yaml',
    ]);
  });

  it('has one hash with every folder that comes to the same', () => {
    const same = library({ directory: 'a', text: 'video: {crf: 30}' }, { directory: 'b', text: '# nothing' });
    expect(same.for('a').hash).toBe(same.for('').hash);
    expect(same.ranges()).toHaveLength(1);
  });
});

describe('a file with a mistake', () => {
  it('says that it is not the file as it is now that gives a value', () => {
    const profiles = library({ directory: 'a', text: 'x: 1', validText: '\nvideo: {crf: 22}' });
    expect(profiles.explain('a').effective.origins['video.crf']).toMatchObject({
      file: '/films/a/.boilarr.yaml (last valid version)',
      line: 2,
    });
  });

  it.each<[string, Partial<FolderFile>, number, RegExp]>([
    [
      'has no say as long as it never was right',
      { text: 'video: {crf: 99}' },
      30,
      /^\/films\/a\/\.boilarr\.yaml:1:\d+: video\.crf: .*63/,
    ],
    [
      'leaves its last valid version in force',
      { text: 'vidoe: {crf: 9}', validText: 'video: {crf: 22}' },
      22,
      /vidoe.*video/,
    ],
    [
      'may start from a profile that does not exist',
      { text: 'profile: tiny' },
      30,
      /:1:\d+: profile: .*films, small/,
    ],
    ['may not fit what is above it', { text: 'video: {codec: h264, crf: 60}' }, 30, /video\.crf/],
    [
      'may not be there to be read',
      { problem: 'could not be read (EACCES)' },
      30,
      /\.boilarr\.yaml could not/,
    ],
    [
      'keeps its say while it cannot be read',
      { problem: 'could not be read (EACCES)', validText: 'video: {crf: 22}' },
      22,
      /EACCES/,
    ],
  ])('%s', (_name, file, crf, message) => {
    const profiles = library({ directory: 'a', ...file });
    expect(profiles.for('a/b').profile.video.crf).toBe(crf);
    expect(profiles.state('a').errors).toHaveLength(1);
    expect(profiles.state('a').errors[0]).toMatch(message);
  });

  it('does not keep those below it from having their say', () => {
    const profiles = library(
      { directory: 'a', text: 'nonsense: 1' },
      { directory: 'a/b', text: 'video: {preset: 3}' },
    );
    expect(profiles.for('a/b').profile.video).toMatchObject({ crf: 30, preset: 3 });
  });

  it('is as right as what is above it: a change there may heal it', () => {
    const profiles = library(
      { directory: 'a', text: 'video: {codec: hevc}' },
      { directory: 'a/b', text: 'video: {crf: 60}' },
    );
    expect(profiles.state('a/b').errors).toHaveLength(1);
    profiles.delete('a');
    expect(profiles.state('a/b')).toEqual({ errors: [], validText: 'video: {crf: 60}' });
    expect(profiles.for('a/b').profile.video.crf).toBe(60);
  });
});
