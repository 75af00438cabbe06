import { describe, expect, it } from 'vitest';
import { addLibrary, LIBRARY_DEFAULTS, updateLibrary, type Library } from '#contracts';
import { fieldNamed, NEW_LIBRARY, toAdd, toForm, toUpdate } from './library-form';

const library: Library = {
  id: 3,
  name: 'Films “old”',
  path: '/media/films',
  enabled: false,
  profile: 'av1-small',
  extensions: ['mkv', 'mp4'],
  minimumSize: 1024 ** 3,
  minimumAgeSeconds: 120,
  ignore: ['**/extras/**', '*.part'],
  scanIntervalSeconds: 0,
  weight: -5,
  order: 'oldest',
  hardLinks: 'wait',
  review: true,
  trashKeepDays: 0,
  trashMaximumSize: 500 * 1024 ** 3,
  nodeTags: ['gpu-box', 'attic'],
  webhookUrl: 'http://nas:8989/hook',
  lastScanAt: null,
  scanState: 'idle',
  statistics: {
    files: 0,
    size: 0,
    queued: 0,
    replaced: 0,
    skipped: 0,
    failed: 0,
    unreadable: 0,
    saved: 0,
    inTrash: 0,
  },
};

describe('the library form', () => {
  it('starts with the defaults of the contracts', () => {
    expect(toUpdate(NEW_LIBRARY)).toEqual({ ...LIBRARY_DEFAULTS, name: '' });
  });

  it('gives back what it was given', () => {
    const { id, path, lastScanAt, scanState, statistics, ...settings } = library;
    expect([id, path, lastScanAt, scanState, statistics]).toHaveLength(5);
    expect(toUpdate(toForm(library))).toEqual(settings);
  });

  it('makes requests that the contracts allow', () => {
    expect(updateLibrary.parse(toUpdate(toForm(library)))).toBeTruthy();
    expect(addLibrary.parse(toAdd({ ...NEW_LIBRARY, path: '/media' }))).toMatchObject({ path: '/media' });
    expect('name' in toAdd({ ...NEW_LIBRARY, path: '/media', name: '  ' })).toBe(false);
  });

  it('takes lists as people type them', () => {
    const update = toUpdate({
      ...NEW_LIBRARY,
      extensions: ' mkv,mp4;  avi\nts ',
      ignore: '\n **/a/** \n\nb\n',
      nodeTags: ' gpu-box,attic ',
    });
    expect(update.extensions).toEqual(['mkv', 'mp4', 'avi', 'ts']);
    expect(update.ignore).toEqual(['**/a/**', 'b']);
    expect(update.nodeTags).toEqual(['gpu-box', 'attic']);
  });

  it.each([
    ['path', 'path'],
    ['ignore.0', 'ignore'],
    ['nodeTags.1', 'nodeTags'],
    ['trashKeepDays', 'trashKeepDays'],
    ['extensions[2]', 'extensions'],
    ['', null],
    ['toString', null],
  ])('finds the field of %s', (propertyName, field) => {
    expect(fieldNamed(propertyName)).toBe(field);
  });
});
