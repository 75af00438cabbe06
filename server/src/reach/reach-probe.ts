import { createHash, randomBytes } from 'node:crypto';
import path from 'node:path';
import { errnoOf, type FilePort } from '../replace/file-port.js';
import { holdsAnything } from '../replace/mounted.js';
import { TRASH_FOLDER } from '../replace/names.js';
import { ensureTrashFolder } from '../replace/trash-folder.js';

const PREFIX = 'reach-';

/** ms after which a probe is nobody's: its server has died, or its node. */
const STALE_MS = 10 * 60_000;
const MAX_STALE = 100;

export interface WrittenProbe {
  /** below the library, with `/` */
  file: string;
  content: string;
  remove: () => Promise<void>;
}

/**
 * Puts a small file with a content that nobody can know of into a library's trash, where media servers do not look.
 * @param now ms since the epoch
 * @throws Refusal when a link leads out of the library; the file system's error
 */
export async function writeProbe(port: FilePort, library: string, now: number): Promise<WrittenProbe> {
  const trash = path.join(library, TRASH_FOLDER);
  const name = `${PREFIX}${randomBytes(8).toString('hex')}`;
  const file = path.join(trash, name);
  // What lies below a mount point while nothing is mounted there would be in the way later.
  if (!(await holdsAnything(port, library)))
    throw new Error(`the folder ${library} is empty or not there; is the disk or the share mounted?`);
  await ensureTrashFolder(port, library, file);
  await removeStale(port, trash, now);
  const content = randomBytes(16).toString('hex');
  await port.createNew(file, content, 0o644);
  // Who may read the library may read this.
  const folder = await port.lstat(trash);
  if (folder !== null) await port.settleIn(file, folder);
  return { file: `${TRASH_FOLDER}/${name}`, content, remove: () => removed(port, file) };
}

async function removeStale(port: FilePort, trash: string, now: number): Promise<void> {
  for (const name of await port.namesStartingWith(trash, PREFIX, MAX_STALE)) {
    const file = path.join(trash, name);
    const facts = await port.lstat(file);
    if (facts?.kind !== 'file' || !/^reach-[0-9a-f]{16}$/.test(name)) continue;
    if (now - Number(BigInt(facts.mtimeNs) / 1_000_000n) > STALE_MS) await removed(port, file);
  }
}

async function removed(port: FilePort, file: string): Promise<void> {
  await port.unlink(file).catch((error: unknown) => {
    if (errnoOf(error) !== 'ENOENT') throw error;
  });
}

/** What contracts' `reachProbes` call the head of a film. */
export function headHash(size: number, head: Buffer): string {
  return createHash('sha256').update(`${size}\n`).update(head).digest('hex');
}
