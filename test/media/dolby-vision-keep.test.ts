import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { afterEach, describe, expect, it } from 'vitest';
import { streamsOf } from '#engine/media/media-info.js';
import { compress } from '#engine/pipelines/compress/index.js';
import { profileSchema, type ProfileInput } from '#engine/profile/schema/index.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import { felFilm, melFilm } from '../support/dolby-vision.ts';
import { ffmpeg } from '../support/media.ts';
import { runFilm } from './run-film.ts';

const folders: string[] = [];
async function folder(): Promise<string> {
  const made = await mkdtemp(path.join(tmpdir(), 'boilarr-keep-'));
  folders.push(made);
  return made;
}
afterEach(async () => {
  await Promise.all(folders.splice(0).map((made) => rm(made, { recursive: true, force: true })));
});

/** Of every packet's bytes: the picture with all that is inside its stream. */
async function pictureHash(file: string): Promise<string> {
  const { stdout } = await execa('ffmpeg', [
    ...['-v', 'error', '-i', `file:${file}`, '-map', '0:V', '-c', 'copy', '-f', 'hash', '-'],
  ]);
  return stdout;
}

async function recordOf(file: string) {
  const info = await probeFile(file, { timeoutMs: 60_000 });
  return streamsOf(info, 'video')[0]?.hdr.dolbyVision;
}

const KEEP: ProfileInput = {
  dolbyVision: { profile7Mel: 'keep', profile7Fel: 'keep' },
  audio: { codec: 'aac', bitRates: { mono: 32 } },
  // Two seconds of film: what the container needs is more than what the sound saves.
  act: { minimumExpectedSaving: -10, minimumSaving: -10 },
};

async function keep(source: string, special: ProfileInput = {}): Promise<string> {
  const profile = profileSchema.parse({ ...KEEP, ...special });
  const { outcome, output, log } = await runFilm(compress, { source, folder: await folder(), profile });
  expect(outcome.kind, log.join('\n')).toBe('delivered');
  if (output === null) throw new Error('there is no output');
  const info = await probeFile(output, { timeoutMs: 60_000 });
  // The rest of the profile was done.
  expect(streamsOf(info, 'audio').map(({ codec }) => codec)).toEqual(['aac']);
  return output;
}

describe('Dolby Vision that is kept', () => {
  it.each([
    ['a minimal enhancement layer', melFilm],
    ['a full one', felFilm],
  ])('has the same picture, metadata and record in Matroska, with %s', async (_name, make) => {
    const source = await make();
    const output = await keep(source);
    expect(await pictureHash(output)).toBe(await pictureHash(source));
    const record = await recordOf(source);
    expect(record).toMatchObject({ profile: 7, elPresent: true });
    expect(await recordOf(output)).toEqual(record);
  });

  it('is kept in MP4 as well, and out of it', async () => {
    const source = await melFilm();
    const record = await recordOf(source);
    const mp4 = await keep(source, { container: 'mp4' });
    expect(await pictureHash(mp4)).toBe(await pictureHash(source));
    expect(await recordOf(mp4)).toEqual(record);

    // Sound that is not yet what the profile wants, so that there is something to do.
    const other = path.join(await folder(), 'other.mp4');
    await ffmpeg('-i', mp4, '-map', '0', '-c', 'copy', '-c:a', 'ac3', '-strict', 'unofficial', other);
    const back = await keep(other);
    expect(await pictureHash(back)).toBe(await pictureHash(source));
    expect(await recordOf(back)).toEqual(record);
  });
});
