import type { MediaFacts } from '#contracts';

/** What the files table keeps of a media file's content. */
export interface FileContent {
  container: string | null;
  videoCodec: string | null;
  width: number | null;
  height: number | null;
  durationSeconds: number | null;
  /** the engine's MediaInfo as JSON */
  mediaInfo: string | null;
}

/** What the caller of a replacement knows and history is to keep. */
export interface ClosingRecord {
  source: MediaFacts;
  output: MediaFacts;
  /** the encode as run */
  command: string | null;
  encoderVersion: string | null;
  nodeName: string | null;
  /** ms since the epoch at which the job's attempt was claimed */
  claimedAt: number | null;
  /** what had been expected of the output's size; null where there was no picture to encode */
  projection?: { key: string; expectedSize: number; correction: number } | null;
  /** the output, for the files table */
  file: FileContent;
}

/** A journal row's own account, so that recovery can close it without asking anybody. */
export interface JournalClosing extends ClosingRecord {
  libraryName: string;
  profileName: string | null;
  profileHash: string | null;
  /** the source as the files table had it, for a restore; null when it had no row */
  previous: FileContent | null;
  /** only for a restore: the entry whose file goes back */
  restoredEntryId: number | null;
  /** only for a restore; `encode`: one that an earlier restore had put aside. Left out: the original */
  putsBack?: 'original' | 'encode';
  /** what did not go quite as it should, though nothing was lost by it */
  warnings: string[];
}
