import type { FileStatus, Reason } from '#contracts';
import { streamsOf, type MediaInfo } from '#engine/media/media-info.js';
import type { EntityManager } from 'typeorm';
import { hardLinkReason } from '../files/hard-links.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import type { LibraryEntity } from '../libraries/library.entity.js';
import { readBusyFiles, withOpenJobs } from './busy-files.js';
import type { Decided, Decider } from './decider.js';
import type { ScanJobs } from './scan-ports.js';

/** The part of a row that says which file it is, and with which status it was read. */
export interface ReadFile {
  id: number;
  directory: string;
  name: string;
  size: number;
  mtimeNs: string;
  status: FileStatus;
  headTailHash: string | null;
}

/** What was found out about one file. */
export type Finding =
  | ({ kind: 'decided'; file: ReadFile; info: MediaInfo; headTailHash: string | null } & Decided)
  | { kind: 'unreadable'; file: ReadFile; reason: Reason }
  /** `info`: as far as it was probed before */
  | {
      kind: 'held';
      file: ReadFile;
      links: number;
      waits: boolean;
      reason: Reason;
      profileHash: string;
      info: MediaInfo | null;
    };

/** A file with other names is decided on by their number alone: it needs no probe. */
export function heldFinding(
  { library, decider }: { library: LibraryEntity; decider: Decider },
  file: ReadFile,
  links: number,
  info: MediaInfo | null,
): Finding {
  const { hardLinks } = library;
  const reason = hardLinkReason(file.name, links, hardLinks);
  const profileHash = decider.profiles.for(file.directory).hash;
  return { kind: 'held', file, links, waits: hardLinks === 'wait', reason, profileHash, info };
}

const REPLANNED: Reason = {
  code: 'profile_changed',
  message: 'the profile was changed; the file was decided on anew',
};

// A + before a column keeps SQLite from searching by it: only the id leads straight to the row.
const field = (name: string) => `(batch."value" ->> '${name}')`;

/**
 * Writes findings in one transaction. A row that has become another since it was read keeps what it has: the
 * finding is about a file that is no longer there.
 * @returns ids of files that replace/ is at work on, and that were therefore left alone
 */
export async function writeFindings(
  manager: EntityManager,
  jobs: ScanJobs,
  library: LibraryEntity,
  findings: readonly Finding[],
): Promise<number[]> {
  const busy = await readBusyFiles(manager);
  const free = findings.filter(({ file }) => !busy.ids.has(file.id));
  const rows = await manager.query<{ id: number }[]>(
    `UPDATE "media_file" SET "status" = ${field('status')}, "reasonCode" = ${field('reasonCode')},
       "reasonMessage" = ${field('reasonMessage')}, "profileHash" = ${field('profileHash')},
       "headTailHash" = ${field('headTailHash')}, "expectedSaving" = ${field('expectedSaving')},
       "container" = ${field('container')}, "videoCodec" = ${field('videoCodec')}, "width" = ${field('width')},
       "height" = ${field('height')}, "durationSeconds" = ${field('durationSeconds')},
       "mediaInfo" = ${field('mediaInfo')}, "links" = COALESCE(${field('links')}, "links"), "updatedAt" = ?
     FROM json_each(?) AS batch
     WHERE "media_file"."id" = ${field('id')} AND +"media_file"."libraryId" = ?
       AND +"media_file"."directory" = ${field('directory')} AND +"media_file"."name" = ${field('name')}
       AND +"media_file"."size" = ${field('size')} AND +"media_file"."mtimeNs" = ${field('mtimeNs')}
       AND +"media_file"."status" = ${field('readStatus')}
     RETURNING "media_file"."id"`,
    [Date.now(), JSON.stringify(free.map((finding) => columnsOf(finding))), library.id],
  );
  const written = new Set(rows.map(({ id }) => id));
  for (const id of await withOpenJobs(manager, [...written]))
    await jobs.cancelForFile(manager, id, REPLANNED);
  for (const finding of free) {
    if (finding.kind !== 'decided' || finding.decision.verdict !== 'encode' || !written.has(finding.file.id))
      continue;
    const { info, decision, headTailHash, profile, correction } = finding;
    const { plan } = decision;
    const file = Object.assign(new MediaFileEntity(), {
      ...finding.file,
      libraryId: library.id,
      headTailHash,
      expectedSaving: finding.file.size - plan.expectedSize,
    });
    await jobs.enqueueFilm(manager, { library, file, info, plan, profile, correction });
  }
  return findings.filter(({ file }) => busy.ids.has(file.id)).map(({ file }) => file.id);
}

function columnsOf(finding: Finding) {
  const { id, directory, name, size, mtimeNs, status: readStatus } = finding.file;
  const row = { id, directory, name, size, mtimeNs, readStatus };
  if (finding.kind === 'unreadable') {
    const { code, message } = finding.reason;
    return { ...row, status: 'unreadable', reasonCode: code, reasonMessage: message };
  }
  if (finding.kind === 'held') {
    const { file, info, links, waits, reason, profileHash } = finding;
    return {
      ...row,
      ...(info === null ? {} : { ...factsOf(info), mediaInfo: JSON.stringify(info) }),
      ...{ status: waits ? 'waiting' : 'skipped', links, profileHash, headTailHash: file.headTailHash },
      ...{ reasonCode: reason.code, reasonMessage: reason.message },
    };
  }
  const { info, decision, headTailHash } = finding;
  const encode = decision.verdict === 'encode';
  return {
    ...row,
    ...factsOf(info),
    status: encode ? 'queued' : 'skipped',
    reasonCode: decision.reason.code,
    reasonMessage: decision.reason.message,
    profileHash: finding.profile.hash,
    headTailHash,
    expectedSaving: encode ? size - decision.plan.expectedSize : null,
    mediaInfo: JSON.stringify(info),
  };
}

/** What lists show of a file. */
function factsOf(info: MediaInfo) {
  const video = streamsOf(info, 'video')[0];
  const durations = info.streams.flatMap(({ durationSeconds }) => durationSeconds ?? []);
  return {
    container: info.container.formatNames[0] ?? null,
    videoCodec: video?.codec ?? null,
    width: video?.width ?? null,
    height: video?.height ?? null,
    durationSeconds:
      info.container.durationSeconds ?? (durations.length === 0 ? null : Math.max(...durations)),
  };
}
