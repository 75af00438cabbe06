import { RESTORED_REASON } from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import { writeFindings, type Finding, type ReadFile } from './decision-writer.js';
import type { ProberContext } from './prober.js';

/** Files in a transaction. */
const BATCH = 100;

type Context = Pick<
  ProberContext,
  'dataSource' | 'writer' | 'jobs' | 'tools' | 'library' | 'profile' | 'gate'
>;
type StoredFile = ReadFile & { mediaInfo: string | null };

/** What was decided and may be decided anew. `replaced` is not here: our own output is not encoded again. */
const SELECTIONS = [
  // An original that was put back by hand stays as it is until somebody asks for an encode.
  { status: 'skipped', and: `AND f."reasonCode" IS NOT '${RESTORED_REASON}'` },
  { status: 'failed', and: '' },
  // What a node is at work on ends as it began.
  {
    status: 'queued',
    and: `AND EXISTS (SELECT 1 FROM "job" j WHERE j."fileId" = f."id" AND j."parentId" IS NULL
      AND j."state" IN ('pending', 'queued'))`,
  },
] as const;

/** The hashes that are not the current one, as ranges that an index can be searched by. */
const OTHER_HASHES = [
  'f."profileHash" < ?',
  'f."profileHash" > ?',
  'f."profileHash" IS NULL AND ? IS NOT NULL',
];

/**
 * Decides again, from what is stored and without a probe, on each file that another version of the profile had
 * decided on.
 * @returns how many files were decided on
 */
export async function redecide(context: Context): Promise<number> {
  /** in the selection, but not to be decided on now: replace/ holds them, or nothing is stored of them */
  const leftAlone = new Set<number>();
  let count = 0;
  for (const { status, and } of SELECTIONS) {
    for (const range of OTHER_HASHES) {
      for (;;) {
        if (!(await context.gate.pass())) return count;
        const rows = await context.dataSource.manager.query<StoredFile[]>(
          `SELECT f."id", f."directory", f."name", f."size", f."mtimeNs", f."status", f."headTailHash", f."mediaInfo"
           FROM "media_file" f WHERE f."libraryId" = ? AND f."status" = '${status}' AND ${range} ${and} LIMIT ?`,
          [context.library.id, context.profile.hash, BATCH + leftAlone.size],
        );
        const files = rows.filter(({ id }) => !leftAlone.has(id));
        if (files.length === 0) break;
        count += await decideBatch(context, files, leftAlone);
      }
    }
  }
  return count;
}

async function decideBatch(
  context: Context,
  files: readonly StoredFile[],
  leftAlone: Set<number>,
): Promise<number> {
  const { writer, jobs, tools, library, profile } = context;
  const findings: Finding[] = [];
  const unknown: number[] = [];
  for (const file of files) {
    if (file.mediaInfo === null) {
      unknown.push(file.id);
      leftAlone.add(file.id);
      continue;
    }
    const info = JSON.parse(file.mediaInfo) as MediaInfo;
    const decision = tools.decide(info, profile.profile);
    findings.push({ kind: 'decided', file, info, headTailHash: file.headTailHash, decision });
  }
  const busy = await writer.write(async (manager) => {
    // Nothing stored to decide from: the prober takes it up.
    await manager.query(
      `UPDATE "media_file" SET "status" = 'new', "updatedAt" = ?
       WHERE "id" IN (SELECT "value" FROM json_each(?)) AND "status" IN ('skipped', 'failed')`,
      [Date.now(), JSON.stringify(unknown)],
    );
    return writeFindings(manager, jobs, library, profile, findings);
  });
  for (const id of busy) leftAlone.add(id);
  return findings.length - busy.length;
}
