import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Logger } from '@nestjs/common';
import { DEFAULT_PROFILES } from '#engine/profile/defaults.js';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppConfig } from '../config/app-config.js';
import { readNamedProfiles } from './profile-files.js';
import { ProfilesService } from './profiles.service.js';

let directory: string;
let config: AppConfig;
beforeEach(async () => {
  vi.spyOn(Logger.prototype, 'error').mockReturnValue(undefined);
  directory = await mkdtemp(path.join(tmpdir(), 'boilarr-profiles-'));
  config = new AppConfig({
    ...{
      directory,
      port: 1,
      urlBase: '',
      apiKey: 'x',
      logLevel: 'error',
      redisUrl: null,
      builtInNode: false,
      retryDelaysMs: [],
    },
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(directory, { recursive: true });
});

async function start(): Promise<ProfilesService> {
  const service = new ProfilesService(config);
  await service.onModuleInit();
  return service;
}

const file = (name: string) => path.join(config.profilesFolder, name);
const crf = (service: ProfilesService, name = 'mine') => service.find(name)?.profile.video.crf;

describe('the profiles', () => {
  it('are there from the first start on, with schemas for editors, and are never written over', async () => {
    const service = await start();
    expect(service.names()).toEqual(Object.keys(DEFAULT_PROFILES).sort());
    expect(service.list().every(({ valid }) => valid)).toBe(true);
    for (const name of ['profile.schema.json', 'folder.schema.json'])
      expect(JSON.parse(await readFile(file(name), 'utf8'))).toHaveProperty('properties.video');
    await writeFile(file('av1-default.yaml'), 'video: {crf: 33}');
    await writeFile(file('profile.schema.json'), 'old');
    expect(crf(await start(), 'av1-default')).toBe(33);
    expect(JSON.parse(await readFile(file('profile.schema.json'), 'utf8'))).toHaveProperty('properties');
  });

  it('keep their last valid version, also over a restart', async () => {
    const service = await start();
    await writeFile(file('mine.yaml'), 'video: {crf: 20}');
    await service.refresh();
    await writeFile(file('mine.yaml'), 'video: {crf: 2000}');
    await service.refresh();
    const after = await start();
    for (const one of [service, after]) {
      expect(crf(one)).toBe(20);
      const listed = one.list().find(({ name }) => name === 'mine');
      expect(listed).toMatchObject({ valid: false, hash: one.find('mine')?.hash });
      expect(listed?.errors[0]).toContain(`${file('mine.yaml')}:1:`);
    }
    expect((await readNamedProfiles(config.profilesFolder)).find('mine')?.profile.video.crf).toBe(20);
    await writeFile(file('mine.yaml'), 'video: {crf: 21}');
    await after.refresh();
    expect(crf(after)).toBe(21);
  });

  it('are forgotten with their file, the last valid version too', async () => {
    await start();
    await writeFile(file('mine.yaml'), 'video: {crf: 20}');
    const service = await start();
    await rm(file('mine.yaml'));
    await service.refresh();
    await writeFile(file('mine.yaml'), 'video: {crf: 2000}');
    expect(crf(await start())).toBeUndefined();
  });

  it('leave no unfinished file behind', async () => {
    await start();
    const names = await readdir(config.profilesFolder, { recursive: true });
    expect(names.filter((name) => name.endsWith('.new'))).toEqual([]);
  });
});
