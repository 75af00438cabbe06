import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { NODE_TOKEN } from '#contracts';
import { z } from 'zod';

/** Servers that one work folder remembers; more than anybody has. */
const MOST = 20;

const identity = z.object({
  /** the server's address, as this node was told it */
  server: z.string(),
  /** secret: what the node shows there */
  token: z.string().regex(NODE_TOKEN),
  /** SHA-256 of the join token that it was made with, to tell whether another one is given */
  joinedWith: z.string(),
  /** null: the server has not answered yet */
  nodeId: z.number().int().nullable(),
});
export type Identity = z.infer<typeof identity>;

const content = z.object({ version: z.literal(1), identities: z.array(identity) });

export function newIdentity(server: string, joinToken: string): Identity {
  const token = randomBytes(32).toString('hex');
  return { server, token, joinedWith: hashOf(joinToken), nodeId: null };
}

export function hashOf(joinToken: string): string {
  return createHash('sha256').update(joinToken).digest('hex');
}

/**
 * Who this node is, at each server that it has ever joined: `node.json` in its work folder, for its owner's eyes only. What is kept for
 * one server is never shown to another, not even when the address of the first has changed: the token would be in wrong hands.
 */
export class IdentityFile {
  readonly path: string;

  constructor(private readonly workFolder: string) {
    this.path = path.join(workFolder, 'node.json');
  }

  /**
   * @returns null when the node has never asked to join there
   * @throws Error when the file is not what this program has written
   */
  async find(server: string): Promise<Identity | null> {
    return (await this.all()).find((known) => known.server === server) ?? null;
  }

  /** @returns the servers that it knows, the last joined first */
  async servers(): Promise<string[]> {
    return (await this.all()).map(({ server }) => server);
  }

  /** Keeps it in place of an earlier one at the same server. After a crash at any moment the file is the old one or the new one. */
  async keep(kept: Identity): Promise<void> {
    const others = (await this.all()).filter(({ server }) => server !== kept.server);
    const text = JSON.stringify({ version: 1, identities: [kept, ...others].slice(0, MOST) }, null, 2);
    await mkdir(this.workFolder, { recursive: true });
    const partial = `${this.path}.partial`;
    await rm(partial, { force: true });
    const file = await open(partial, 'wx', 0o600);
    try {
      await file.writeFile(`${text}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, this.path);
    await syncFolder(this.workFolder);
  }

  private async all(): Promise<Identity[]> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
      throw error;
    }
    try {
      return content.parse(JSON.parse(text)).identities;
    } catch {
      throw new Error(
        `${this.path} is damaged, or of a newer version: put it back from a backup, or delete it and join anew`,
      );
    }
  }
}

/** The rename is on the disk as well; Windows has no such call for folders. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
