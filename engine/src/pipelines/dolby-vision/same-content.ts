import { open, stat } from 'node:fs/promises';

/** bytes that are compared at a time */
const PIECE = 1024 * 1024;

/** Whether two files hold the same bytes. */
export async function isSameContent(one: string, other: string): Promise<boolean> {
  if ((await stat(one)).size !== (await stat(other)).size) return false;
  const [a, b] = [await open(one), await open(other)];
  try {
    const [left, right] = [Buffer.alloc(PIECE), Buffer.alloc(PIECE)];
    for (let at = 0; ; at += PIECE) {
      // A file on a disk gives all that is asked for, but at its end.
      const { bytesRead } = await a.read(left, 0, PIECE, at);
      const read = await b.read(right, 0, PIECE, at);
      if (bytesRead !== read.bytesRead) return false;
      if (bytesRead === 0) return true;
      if (left.compare(right, 0, bytesRead, 0, bytesRead) !== 0) return false;
    }
  } finally {
    await a.close();
    await b.close();
  }
}
