import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { mediaInfo as film, videoStream } from '#engine/media/media-info.fixture.js';
import { streamsOf, type DolbyVisionInfo, type MediaInfo } from '#engine/media/media-info.js';
import { profileSchema } from '#engine/profile/schema/index.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { ScanFixture } from './testing/scan-fixture.js';

let fixture: ScanFixture;
let films: LibraryEntity;
/** what ffprobe says of the layer */
let layer: DolbyVisionInfo['layer'];

beforeEach(async () => {
  fixture = await ScanFixture.create();
  films = await fixture.addLibrary('films');
  await mkdir(films.path);
  for (const name of ['p7.mkv', 'p8.mkv']) await writeFile(path.join(films.path, name), name);
  layer = undefined;
  fixture.probe = (file) => Promise.resolve(dolbyVision(file.includes('p7') ? 7 : 8));
  fixture.decide = (info, profile) => {
    const record = streamsOf(info, 'video')[0]?.hdr.dolbyVision;
    const code = `${record?.profile ?? 'none'}-${record?.layer ?? 'unknown'}-crf-${profile.video.crf}`;
    return { verdict: 'skip', reason: { code, message: 'as it says' } };
  };
});
afterEach(async () => {
  await fixture.destroy();
});

function dolbyVision(profile: number): MediaInfo {
  const record = {
    ...{ profile, level: 6, rpuPresent: true, elPresent: profile === 7, blPresent: true, compatibilityId: 1 },
    ...(layer === undefined ? {} : { layer }),
  };
  const { hdr } = videoStream();
  return film([videoStream({ hdr: { ...hdr, format: 'hdr10', dolbyVision: record } })]);
}

async function scan(): Promise<string[]> {
  const before = fixture.probed.length;
  expect(await fixture.scan(films)).toMatchObject({ state: 'completed', toProbe: 0 });
  return fixture.probed.slice(before).map((file) => path.basename(file));
}

function changeProfile(crf: number): void {
  const { profile: before } = fixture;
  if (before === undefined) throw new Error('there is a profile');
  fixture.profile = { ...before, hash: `hash-${crf}`, profile: profileSchema.parse({ video: { crf } }) };
}

const reasons = async () => (await fixture.files()).map(({ reasonCode }) => reasonCode);

describe('a file of two layers that was probed before anybody asked which', () => {
  it('is probed again when it is decided on anew, and no other file is', async () => {
    expect((await scan()).sort()).toEqual(['p7.mkv', 'p8.mkv']);
    expect(await reasons()).toEqual(['7-unknown-crf-28', '8-unknown-crf-28']);
    expect(await scan()).toEqual([]);

    layer = 'fel';
    changeProfile(20);
    expect(await scan()).toEqual(['p7.mkv']);
    expect(await reasons()).toEqual(['7-fel-crf-20', '8-unknown-crf-20']);
    expect(await scan()).toEqual([]);

    changeProfile(21);
    expect(await scan()).toEqual([]);
    expect(await reasons()).toEqual(['7-fel-crf-21', '8-unknown-crf-21']);
  });

  it('is decided on all the same where ffprobe cannot tell', async () => {
    await scan();
    changeProfile(20);
    expect(await scan()).toEqual(['p7.mkv']);
    expect(await reasons()).toEqual(['7-unknown-crf-20', '8-unknown-crf-20']);
    expect(await scan()).toEqual([]);
  });

  it('is probed again when somebody asks for it', async () => {
    await scan();
    layer = 'mel';
    await fixture.scanner.decideOne((await fixture.file('p7.mkv')).id);
    expect(await reasons()).toEqual(['7-mel-crf-28', '8-unknown-crf-28']);
  });

  it('waits for its node as it is', async () => {
    const { decide } = fixture;
    fixture.decide = (info, profile, facts) => ({
      verdict: 'encode',
      reason: decide(info, profile, facts).reason,
      plan: {
        ...{ pipeline: 'dolby_vision', dolbyVision: null, container: 'mkv', streams: [], added: [] },
        ...{ keep: { chapters: true, tags: true }, expectedSize: 2, sizeLimit: 5 },
      },
    });
    await scan();
    changeProfile(20);
    expect(await scan()).toEqual([]);
    expect((await fixture.jobs()).map(({ state }) => state)).toEqual([
      ...['cancelled', 'cancelled'],
      ...['pending', 'pending'],
    ]);
  });
});
