import { RESTORED_REASON } from '#contracts';
import { unknownLayer } from '#engine/media/enhancement-layer.js';
import type { MediaInfo } from '#engine/media/media-info.js';
import { isHeld } from '../files/hard-links.js';
import { rangesWithout, type FolderRange } from '../profiles/folder-scopes.js';
import { heldFinding, writeFindings, type Finding, type ReadFile } from './decision-writer.js';
import type { ProberContext } from './prober.js';

/** Files in a transaction. */
const BATCH = 100;

type Context = Pick<ProberContext, 'dataSource' | 'writer' | 'jobs' | 'library' | 'decider' | 'gate'>;
type StoredFile = ReadFile & { mediaInfo: string | null; links: number };

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

/** Each hash that files of a status were decided with: one step in the index for each, however many files there are. */
const HASHES = `WITH RECURSIVE "known" ("hash") AS (
    SELECT (SELECT MIN("profileHash") FROM "media_file" WHERE "libraryId" = ? AND "status" = ?)
    UNION ALL SELECT (SELECT MIN("profileHash") FROM "media_file"
      WHERE "libraryId" = ? AND "status" = ? AND "profileHash" > "known"."hash")
    FROM "known" WHERE "known"."hash" IS NOT NULL)
  SELECT "hash" FROM "known" WHERE "hash" IS NOT NULL`;

/** Files of one hash in one range of folders: the index media_file_status leads straight to them. */
interface Stale extends FolderRange {
  hash: string;
}

const STALE = `json_each(?) AS stale CROSS JOIN "media_file" f ON f."libraryId" = ?
    AND f."profileHash" = (stale."value" ->> 'hash') AND f."directory" >= (stale."value" ->> 'from')
    AND f."directory" < (stale."value" ->> 'before')`;
/** Decided, but with a profile that nobody knows any more. */
const NAMELESS = `json_each(?) AS stale CROSS JOIN "media_file" f ON f."libraryId" = ? AND f."profileHash" IS NULL`;

/**
 * Decides again, from what is stored and without a probe, on each file that another profile had decided on than the one
 * that its folder has now. When there is none, it costs a few steps in an index, however large the library is.
 * @returns how many files were decided on
 */
export async function redecide(context: Context): Promise<number> {
  /** in the selection, but not to be decided on now: replace/ holds them, or nothing is stored of them */
  const leftAlone = new Set<number>();
  let count = 0;
  const ranges = context.decider.profiles.ranges();
  for (const { status, and } of SELECTIONS) {
    const stale = await staleOf(context, status, ranges);
    for (const [source, parameter] of [
      [STALE, stale],
      [NAMELESS, ['any']],
    ] as const) {
      if (parameter.length === 0) continue;
      for (;;) {
        if (!(await context.gate.pass())) return count;
        const rows = await context.dataSource.manager.query<StoredFile[]>(
          `SELECT f."id", f."directory", f."name", f."size", f."mtimeNs", f."status", f."headTailHash", f."mediaInfo",
             f."links"
           FROM ${source} AND f."status" = '${status}' WHERE TRUE ${and} LIMIT ?`,
          [JSON.stringify(parameter), context.library.id, BATCH + leftAlone.size],
        );
        const files = rows.filter(({ id }) => !leftAlone.has(id));
        if (files.length === 0) break;
        count += await decideBatch(context, files, leftAlone);
      }
    }
  }
  return count;
}

/** Every hash, with the folders whose files should have another. */
async function staleOf(
  { dataSource, library }: Context,
  status: string,
  ranges: readonly (FolderRange & { value: string })[],
): Promise<Stale[]> {
  const known = await dataSource.manager.query<{ hash: string }[]>(HASHES, [
    library.id,
    status,
    library.id,
    status,
  ]);
  // By hash and not by range: few folders may have a hash, so that all others are a few wide ranges.
  return known.flatMap(({ hash }) => rangesWithout(ranges, hash).map((range) => ({ hash, ...range })));
}

async function decideBatch(
  context: Context,
  files: readonly StoredFile[],
  leftAlone: Set<number>,
): Promise<number> {
  const { writer, jobs, library, decider } = context;
  const findings: Finding[] = [];
  const unknown: number[] = [];
  for (const file of files) {
    const stored = file.mediaInfo === null ? null : (JSON.parse(file.mediaInfo) as MediaInfo);
    if (isHeld(file.links, library.hardLinks)) {
      findings.push(heldFinding(context, file, file.links, stored));
      continue;
    }
    // What waits for a node is looked at there in any case.
    const lacksLayer = stored !== null && unknownLayer(stored) !== null && file.status !== 'queued';
    if (stored === null || lacksLayer) {
      unknown.push(file.id);
      leftAlone.add(file.id);
      continue;
    }
    const { headTailHash } = file;
    findings.push({ kind: 'decided', file, info: stored, headTailHash, ...decider.of(file, stored) });
  }
  const busy = await writer.write(async (manager) => {
    // Nothing stored to decide from, or stored before the layers of Dolby Vision were asked for: the prober takes it up.
    await manager.query(
      `UPDATE "media_file" SET "status" = 'new', "updatedAt" = ?
       WHERE "id" IN (SELECT "value" FROM json_each(?)) AND "status" IN ('skipped', 'failed')`,
      [Date.now(), JSON.stringify(unknown)],
    );
    return writeFindings(manager, jobs, library, findings);
  });
  for (const id of busy) leftAlone.add(id);
  return findings.length - busy.length;
}
