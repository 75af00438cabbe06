import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { ProfileResource } from '#contracts';
import { DEFAULT_PROFILES } from '#engine/profile/defaults.js';
import { profileJsonSchema } from '#engine/profile/json-schema.js';
import { AppConfig } from '../config/app-config.js';
import type { NamedProfile, NamedProfiles } from './loaded-profile.js';
import { namedProfile } from './named-profile.js';
import {
  dropValidCopy,
  keepValidCopy,
  listProfileFiles,
  readValidCopy,
  replaceFile,
  validCopyPath,
} from './profile-files.js';

interface ProfileFile {
  /** name, size and mtime: tells whether the file must be read again */
  stamp: string;
  named: NamedProfile | null;
  errors: string[];
}

const SCHEMAS = { 'profile.schema.json': 'named', 'folder.schema.json': 'folder' } as const;

/**
 * The profiles of the configuration folder. A file with a mistake leaves its last valid version in force, also over a
 * restart, and says so.
 */
@Injectable()
export class ProfilesService implements OnModuleInit, NamedProfiles {
  private readonly logger = new Logger('Profiles');
  private readonly files = new Map<string, ProfileFile>();
  private refreshing: Promise<void> | null = null;

  constructor(private readonly config: AppConfig) {}

  async onModuleInit(): Promise<void> {
    const folder = this.config.profilesFolder;
    await mkdir(folder, { recursive: true });
    for (const [name, text] of Object.entries(DEFAULT_PROFILES)) {
      // `wx`: what a user has changed is never written over
      await writeFile(path.join(folder, `${name}.yaml`), text, { flag: 'wx' }).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      });
    }
    for (const [name, kind] of Object.entries(SCHEMAS)) {
      const text = `${JSON.stringify(profileJsonSchema(kind), null, 2)}\n`;
      const file = path.join(folder, name);
      if ((await readFile(file, 'utf8').catch(() => null)) !== text) await replaceFile(file, text);
    }
    await this.refresh();
  }

  /** Reads again what has changed on disk; called before each scan. */
  async refresh(): Promise<void> {
    this.refreshing ??= this.readAll().finally(() => {
      this.refreshing = null;
    });
    await this.refreshing;
  }

  find(name: string): NamedProfile | undefined {
    return this.files.get(name)?.named ?? undefined;
  }

  names(): string[] {
    return [...this.files].flatMap(([name, { named }]) => (named === null ? [] : [name])).sort();
  }

  list(): ProfileResource[] {
    return [...this.files.entries()]
      .map(([name, file]) => ({
        name,
        hash: file.named?.hash ?? '',
        description: file.named?.profile.description ?? null,
        valid: file.errors.length === 0,
        errors: file.errors,
      }))
      .sort((a, b) => a.name.localeCompare(b.name));
  }

  private async readAll(): Promise<void> {
    const files = await listProfileFiles(this.config.profilesFolder);
    for (const known of [...this.files.keys()]) {
      if (files.has(known)) continue;
      this.files.delete(known);
      await dropValidCopy(this.config.profilesFolder, known);
    }
    for (const [name, file] of files) await this.load(name, file);
  }

  private async load(name: string, fileName: string): Promise<void> {
    const folder = this.config.profilesFolder;
    const file = path.join(folder, fileName);
    const known = this.files.get(name);
    const status = await stat(file, { bigint: true });
    const stamp = `${fileName}:${status.size}:${status.mtimeNs}`;
    if (known?.stamp === stamp) return;
    const text = await readFile(file, 'utf8');
    const result = namedProfile(name, text, file);
    if (result.ok) {
      this.files.set(name, { stamp, named: result.named, errors: [] });
      await keepValidCopy(folder, name, text);
      return;
    }
    this.files.set(name, {
      stamp,
      named: known?.named ?? (await this.lastValid(name)),
      errors: result.errors,
    });
    for (const error of result.errors) this.logger.error(error);
  }

  /** What was in force before the restart. */
  private async lastValid(name: string): Promise<NamedProfile | null> {
    const folder = this.config.profilesFolder;
    const text = await readValidCopy(folder, name);
    const result = text === null ? null : namedProfile(name, text, validCopyPath(folder, name));
    return result?.ok === true ? result.named : null;
  }
}
