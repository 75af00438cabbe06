import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ffprobe } from '../support/media.ts';
import { hashOf, type Film } from './film.ts';
import type { Installation } from './installation.ts';

interface JournalRow {
  id: number;
  kind: string;
  state: string;
  sourcePath: string;
  finalPath: string;
  stagedSha256: string;
}

/** Whatever was just killed: each path holds the whole original or the whole verified output, and one of them is there. */
export async function checkNow(installation: Installation, film: Film): Promise<string[]> {
  const outputs = new Set(
    installation
      .read<JournalRow>(
        `SELECT * FROM "replace_journal" WHERE "kind" = 'replace' AND "finalPath" = ?`,
        film.finalPath,
      )
      .map((row) => row.stagedSha256),
  );
  const good = (sha: string) => sha === film.originalSha || sha === film.outputSha || outputs.has(sha);
  const problems: string[] = [];
  let whole = 0;
  for (const file of new Set([film.originalPath, film.finalPath])) {
    const sha = await hashOf(file);
    if (sha === null) continue;
    if (good(sha)) whole += 1;
    else problems.push(`${file} is neither the original nor a verified output`);
  }
  if (whole === 0 && problems.length === 0) problems.push(`${film.originalPath} is gone under both names`);
  return problems;
}

interface FileRow {
  id: number;
  directory: string;
  name: string;
  status: string;
  reasonCode: string | null;
  size: number;
}
interface TrashRow {
  trashPath: string;
  originalPath: string;
  state: string;
}

/** What stands in the books and on the disk once everything has come to rest. */
export async function checkSettled(installation: Installation, films: readonly Film[]): Promise<string[]> {
  const problems: string[] = [];
  for (const row of installation.read<JournalRow>(
    `SELECT * FROM "replace_journal" WHERE "state" IN ('staging', 'open')`,
  )) {
    problems.push(`journal row ${row.id} of ${row.sourcePath} is still ${row.state}`);
  }
  const known = new Set<string>();
  let expectedSaving = 0;
  let expectedFiles = 0;
  for (const film of films) {
    const found = await checkFilm(installation, film);
    problems.push(...found.problems);
    if (found.path !== null) known.add(found.path);
    if (found.saved === null) continue;
    expectedSaving += found.saved;
    expectedFiles += 1;
  }
  const [savings] = installation.read<{ files: number | null; saved: number | null }>(
    `SELECT SUM("files") AS "files", SUM("saved") AS "saved" FROM "savings_day"`,
  );
  if ((savings?.files ?? 0) !== expectedFiles || (savings?.saved ?? 0) !== expectedSaving) {
    problems.push(
      `the savings say ${savings?.files ?? 0} files and ${savings?.saved ?? 0} bytes; on the disk are ${expectedFiles} and ${expectedSaving}`,
    );
  }
  for (const row of installation.read<{ jobId: number; times: number }>(
    `SELECT "jobId", COUNT(*) AS "times" FROM "job_attempt" WHERE "outcome" = 'delivered' GROUP BY "jobId" HAVING "times" > 1`,
  )) {
    problems.push(`job ${row.jobId} was encoded to the end ${row.times} times`);
  }
  for (const row of installation.read<{ id: number; state: string; reasonMessage: string | null }>(
    // A film that somebody changed under a job is the next job's.
    `SELECT "id", "state", "reasonMessage" FROM "job"
     WHERE "state" NOT IN ('completed', 'cancelled') AND "reasonCode" IS NOT 'source_changed'`,
  )) {
    problems.push(`job ${row.id} is ${row.state}: ${row.reasonMessage ?? 'without a reason'}`);
  }
  problems.push(...(await strangers(installation.library, known)));
  return problems;
}

/** @returns where the film lies, and what its replacement saved; `saved` is null while the original is in place */
async function checkFilm(
  installation: Installation,
  film: Film,
): Promise<{ problems: string[]; path: string | null; saved: number | null }> {
  const problems: string[] = [];
  const relative = path.relative(installation.library, film.originalPath);
  const rows = installation.read<FileRow>(
    `SELECT "id", "directory", "name", "status", "reasonCode", "size" FROM "media_file"
     WHERE "directory" = ? AND "name" IN (?, ?) AND "status" <> 'missing'`,
    path.dirname(relative) === '.' ? '' : path.dirname(relative),
    path.basename(film.originalPath),
    path.basename(film.finalPath),
  );
  const [row] = rows;
  if (rows.length !== 1 || row === undefined) {
    return { problems: [`${relative} has ${rows.length} rows in the database`], path: null, saved: null };
  }
  const file = path.join(installation.library, row.directory, row.name);
  const sha = await hashOf(file);
  if (row.status === 'skipped' && row.reasonCode === 'restored') {
    if (file !== film.originalPath || sha !== film.originalSha)
      problems.push(`${file} is not the original, though it was put back`);
    return { problems, path: file, saved: null };
  }
  if (row.status !== 'replaced') {
    problems.push(`${relative} came to rest as ${row.status} (${row.reasonCode ?? 'no reason'})`);
    return { problems, path: file, saved: null };
  }
  if (file !== film.finalPath) problems.push(`${file} is called replaced under its old name`);
  if (film.outputSha === null) problems.push(...(await checkOutput(installation, film, sha)));
  else if (sha !== film.outputSha) problems.push(`${file} is no longer the output that was verified`);
  const entries = installation.read<TrashRow>(
    `SELECT "trashPath", "originalPath", "state" FROM "trash_entry" WHERE "fileId" = ? AND "state" = 'held'`,
    row.id,
  );
  const originals = [];
  for (const entry of entries)
    if ((await hashOf(entry.trashPath)) === film.originalSha) originals.push(entry);
  if (originals.length === 0 && !film.emptied)
    problems.push(`the original of ${relative} is not in the trash`);
  return { problems, path: file, saved: film.originalSize - row.size };
}

/** A new output: it is what the journal said that it was, and another program can read it from end to end. */
async function checkOutput(installation: Installation, film: Film, sha: string | null): Promise<string[]> {
  const [row] = installation.read<JournalRow>(
    `SELECT * FROM "replace_journal" WHERE "kind" = 'replace' AND "state" = 'done' AND "finalPath" = ?
     ORDER BY "id" DESC LIMIT 1`,
    film.finalPath,
  );
  if (sha === null || sha !== row?.stagedSha256)
    return [`${film.finalPath} is not the output that was verified`];
  film.outputSha = sha;
  const output = await ffprobe(film.finalPath);
  const video = output.streams.find((stream) => stream.codec_type === 'video');
  if (video?.codec_name !== 'av1' || !(Number(output.format.duration) > 0)) {
    return [`${film.finalPath} is no film: ${JSON.stringify(output.format)}`];
  }
  return [];
}

/** Files of the library that no film accounts for, staged ones above all. */
async function strangers(library: string, known: ReadonlySet<string>): Promise<string[]> {
  const entries = await readdir(library, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .filter((file) => !path.relative(library, file).startsWith('.boilarr-trash'))
    .filter((file) => !known.has(file))
    .map((file) => `${file} was left behind`);
}

/** What nodes leave in the work folder when all is done: nothing that is larger than an empty folder. */
export async function leftInWork(work: string): Promise<string[]> {
  const entries = await readdir(work, { recursive: true, withFileTypes: true }).catch(() => []);
  const left: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    const { size } = await stat(file);
    if (/job-\d+/.test(file)) left.push(`${file} (${size} bytes) was left in the work folder`);
  }
  return left;
}
