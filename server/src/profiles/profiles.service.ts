import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { ProfileResource } from '#contracts';
import { DEFAULT_PROFILES } from '#engine/profile/defaults.js';
import { parseProfile, profileHash } from '#engine/profile/parse.js';
import { AppConfig } from '../config/app-config.js';
import type { LoadedProfile } from './loaded-profile.js';

interface ProfileFile {
  /** size and mtime: tells whether the file must be read again */
  stamp: string;
  loaded: LoadedProfile | null;
  errors: string[];
}

/**
 * The profiles of the configuration folder. A file with a mistake leaves its last valid version in force, and
 * says so.
 */
@Injectable()
export class ProfilesService implements OnModuleInit {
  private readonly logger = new Logger('Profiles');
  private readonly files = new Map<string, ProfileFile>();

  constructor(private readonly config: AppConfig) {}

  async onModuleInit(): Promise<void> {
    await mkdir(this.config.profilesFolder, { recursive: true });
    for (const [name, text] of Object.entries(DEFAULT_PROFILES)) {
      // `wx`: what a user has changed is never written over
      await writeFile(this.pathOf(name), text, { flag: 'wx' }).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      });
    }
    await this.refresh();
  }

  /** Reads again what has changed on disk; called before each scan. */
  async refresh(): Promise<void> {
    const names = (await readdir(this.config.profilesFolder))
      .filter((file) => /^[^.].*\.ya?ml$/.test(file))
      .map((file) => file.replace(/\.ya?ml$/, ''));
    for (const known of [...this.files.keys()]) if (!names.includes(known)) this.files.delete(known);
    for (const name of new Set(names)) await this.load(name);
  }

  find(name: string): LoadedProfile | undefined {
    return this.files.get(name)?.loaded ?? undefined;
  }

  list(): ProfileResource[] {
    return [...this.files.entries()]
      .map(([name, file]) => ({
        name,
        hash: file.loaded?.hash ?? '',
        description: file.loaded?.profile.description ?? null,
        valid: file.errors.length === 0,
        errors: file.errors,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  private pathOf(name: string): string {
    return path.join(this.config.profilesFolder, `${name}.yaml`);
  }

  private async load(name: string): Promise<void> {
    const known = this.files.get(name);
    let file = this.pathOf(name);
    const status = await stat(file, { bigint: true }).catch(() => {
      file = file.replace(/\.yaml$/, '.yml');
      return stat(file, { bigint: true });
    });
    const stamp = `${status.size}:${status.mtimeNs}`;
    if (known?.stamp === stamp) return;
    const result = parseProfile(await readFile(file, 'utf8'), file);
    if (result.ok) {
      const loaded = { name, hash: profileHash(result.profile), profile: result.profile };
      this.files.set(name, { stamp, loaded, errors: [] });
      return;
    }
    const errors = result.errors.map((error) => error.message);
    this.files.set(name, { stamp, loaded: known?.loaded ?? null, errors });
    for (const error of errors) this.logger.error(error);
  }
}
