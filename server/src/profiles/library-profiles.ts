import path from 'node:path';
import { effectiveProfile, type EffectiveProfile } from '#engine/profile/effective.js';
import { readLayer, type ProfileLayer } from '#engine/profile/layers.js';
import { profileError } from '#engine/profile/profile-error.js';
import { FOLDER_FILE } from './folder-file.js';
import { folderRanges, nearestFolder, type FolderRange } from './folder-scopes.js';
import type { LoadedProfile, NamedProfile, NamedProfiles } from './loaded-profile.js';

/** A `.boilarr.yaml`: what it says now, and what it said when that last was a profile. */
export interface FolderFile {
  directory: string;
  /** null: it could not be had, and `problem` says why */
  text: string | null;
  validText: string | null;
  problem: string | null;
}

/** How a folder's file is taken. */
export interface FolderState {
  /** which is in force; null: none, and the folder has what its parent has */
  validText: string | null;
  /** whole sentences */
  errors: string[];
}

interface Resolved {
  loaded: LoadedProfile;
  layers: readonly ProfileLayer[];
  state: FolderState;
}

type Attempt = { ok: true; resolved: Omit<Resolved, 'state'> } | { ok: false; errors: string[] };

/** Said with the file's name where it is not the file as it is now that gives the values. */
const LAST_VALID = ' (last valid version)';

/**
 * The profiles of one library: the named one, and over it what its folders say. Works out a folder's profile when it is
 * first asked for, and once for each file, however many folders lie below.
 */
export class LibraryProfiles {
  private readonly files = new Map<string, FolderFile>();
  private readonly resolved = new Map<string, Resolved>();
  private readonly named: NamedProfile;

  /** @throws Error when the library's own profile is not there */
  constructor(
    private readonly library: { name: string; path: string; profile: string },
    private readonly profiles: NamedProfiles,
  ) {
    const named = profiles.find(library.profile);
    if (named === undefined) {
      throw new Error(
        `the library ${library.name} uses the profile ${library.profile}, which is not there or has a mistake`,
      );
    }
    this.named = named;
  }

  set(file: FolderFile): void {
    this.files.set(file.directory, file);
    this.forget(file.directory);
  }

  delete(directory: string): void {
    this.files.delete(directory);
    this.forget(directory);
  }

  file(directory: string): FolderFile | undefined {
    return this.files.get(directory);
  }

  /** Folders with a file of their own. */
  directories(): string[] {
    return [...this.files.keys()];
  }

  /** The profile for the files of a folder. */
  for(directory: string): LoadedProfile {
    const owner = nearestFolder(this.files, directory);
    return owner === null ? this.named : this.resolve(owner).loaded;
  }

  /** The same with who gave each value, and the files that were laid over each other. */
  explain(directory: string): {
    loaded: LoadedProfile;
    effective: EffectiveProfile;
    layers: readonly ProfileLayer[];
  } {
    const owner = nearestFolder(this.files, directory);
    const layers = owner === null ? [this.named.layer] : this.resolve(owner).layers;
    const result = effectiveProfile(layers);
    if (!result.ok) throw new Error(result.errors.map(({ message }) => message).join('; '));
    return { loaded: this.for(directory), effective: result.effective, layers };
  }

  /** @param directory one of `directories` */
  state(directory: string): FolderState {
    return this.resolve(directory).state;
  }

  /** Mistakes in the folder's own file and in those above it, the nearest last. */
  errorsAbove(directory: string): string[] {
    const errors: string[] = [];
    for (let at = nearestFolder(this.files, directory); at !== null;) {
      errors.unshift(...this.state(at).errors);
      at = at === '' ? null : nearestFolder(this.files, at.slice(0, Math.max(0, at.lastIndexOf('/'))));
    }
    return errors;
  }

  /** Which hash the files of which folders should have been decided with. */
  ranges(): (FolderRange & { value: string })[] {
    const hashes = new Map(this.directories().map((directory) => [directory, this.for(directory).hash]));
    return folderRanges(hashes, this.named.hash);
  }

  private forget(directory: string): void {
    for (const known of this.resolved.keys()) {
      if (directory === '' || known === directory || known.startsWith(`${directory}/`))
        this.resolved.delete(known);
    }
  }

  private resolve(directory: string): Resolved {
    const known = this.resolved.get(directory);
    if (known !== undefined) return known;
    const resolved = this.take(directory);
    this.resolved.set(directory, resolved);
    return resolved;
  }

  private take(directory: string): Resolved {
    const file = this.files.get(directory);
    const above = this.above(directory);
    if (file === undefined) return { ...above, state: { validText: null, errors: [] } };
    const now: Attempt =
      file.text === null
        ? { ok: false, errors: [`${this.pathOf(directory)} ${file.problem ?? 'could not be read'}`] }
        : this.attempt(directory, file.text, above);
    if (now.ok) return { ...now.resolved, state: { validText: file.text, errors: [] } };
    const before =
      file.validText === null || file.validText === file.text
        ? now
        : this.attempt(directory, file.validText, above, LAST_VALID);
    const state = { validText: file.validText, errors: now.errors };
    return before.ok ? { ...before.resolved, state } : { ...above, state };
  }

  /** What is in force where the folder itself says nothing. */
  private above(directory: string): Omit<Resolved, 'state'> {
    const parent =
      directory === ''
        ? null
        : nearestFolder(this.files, directory.slice(0, Math.max(0, directory.lastIndexOf('/'))));
    if (parent === null) return { loaded: this.named, layers: [this.named.layer] };
    const { loaded, layers } = this.resolve(parent);
    return { loaded, layers };
  }

  private attempt(directory: string, text: string, above: Omit<Resolved, 'state'>, version = ''): Attempt {
    const read = readLayer(text, this.pathOf(directory) + version, 'folder');
    if (!read.ok) return { ok: false, errors: read.errors.map(({ message }) => message) };
    const { layer } = read;
    let below = above;
    if (layer.base !== null) {
      const base = this.profiles.find(layer.base);
      if (base === undefined) {
        const detail = `there is no valid profile "${layer.base}"; there are ${this.profiles.names().join(', ')}`;
        const { message } = profileError(layer.file, layer.positionOfKey([], 'profile'), 'profile', detail);
        return { ok: false, errors: [message] };
      }
      below = { loaded: base, layers: [base.layer] };
    }
    const layers = [...below.layers, layer];
    const result = effectiveProfile(layers);
    if (!result.ok) return { ok: false, errors: result.errors.map(({ message }) => message) };
    const { profile, hash } = result.effective;
    const name = `${below.loaded.name} + ${path.posix.join(directory, FOLDER_FILE)}`;
    return { ok: true, resolved: { loaded: { name, hash, profile }, layers } };
  }

  private pathOf(directory: string): string {
    return path.join(this.library.path, directory, FOLDER_FILE);
  }
}
