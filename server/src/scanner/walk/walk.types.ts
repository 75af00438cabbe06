import type { FileStatus, HardLinkPolicy, ScanCounts, ScanProblem } from '#contracts';
import type { FolderProfileChange } from '../../profiles/folder-file.js';

/** What a library says about which of its files count. */
export interface WalkRules {
  /** lower case, without the dot */
  extensions: readonly string[];
  /** bytes */
  minimumSize: number;
  minimumAgeSeconds: number;
  /** globs relative to the library */
  ignore: readonly string[];
  /** what becomes of files with several names; `break`: they are files like all others */
  hardLinks: HardLinkPolicy;
}

/** A media file as it lies on disk. */
export interface FoundFile {
  /** path of the folder inside the library, with `/`; '' is the library itself */
  directory: string;
  name: string;
  size: number;
  /** nanoseconds since the epoch */
  mtimeNs: string;
  /** `dev:ino` */
  inode: string;
  /** names that it has (hard links) */
  links: number;
  /** changed so recently that it may still be written */
  young: boolean;
}

/** A media file as the database has it. */
export interface KnownFile {
  id: number;
  name: string;
  size: number;
  mtimeNs: string;
  status: FileStatus;
  links: number;
  /** it was left alone, or put off, because of its other names */
  heldByLinks: boolean;
}

/** What a walk found to be different from the database. The known size and mtime tell whether the row is still that one. */
export type WalkChange =
  /** `candidates`: ids of rows of the same size and mtime, which it may have been before a move */
  | { kind: 'new'; file: FoundFile; candidates: number[] }
  | { kind: 'changed'; known: KnownFile; file: FoundFile }
  /** it was missing and is there again, unchanged */
  | { kind: 'back'; known: KnownFile; file: FoundFile }
  /** it waited, and is old enough now */
  | { kind: 'due'; known: KnownFile; directory: string; links: number }
  /** it has got its first other name, or lost the last one; `anew`: what was decided no longer holds */
  | { kind: 'links'; known: KnownFile; directory: string; links: number; anew: boolean }
  /** `leftOut`: it may exist, but the library's rules no longer let it in */
  | { kind: 'gone'; known: KnownFile; directory: string; leftOut: boolean };

/** The counts that the walk itself can tell, from its beginning on. */
export type WalkCounts = Pick<
  ScanCounts,
  'folders' | 'files' | 'media' | 'unchanged' | 'waiting' | 'passedOver' | 'problems'
>;

export interface WalkBatch {
  /** they rule over the changes of this batch and all later ones */
  folderProfiles: FolderProfileChange[];
  changes: WalkChange[];
  /** new ones since the last batch */
  problems: ScanProblem[];
  counts: WalkCounts;
  /** ms since the epoch at which the first of the waiting files will be old enough; null: none waits */
  nextDueAt: number | null;
}

/** Why a library could not be walked at all; nothing has been taken for missing. */
export class WalkError extends Error {
  constructor(
    readonly code: 'root_missing' | 'root_not_a_folder' | 'root_unreadable' | 'root_empty',
    message: string,
  ) {
    super(message);
    this.name = 'WalkError';
  }
}
