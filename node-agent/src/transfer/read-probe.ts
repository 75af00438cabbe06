import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

/** Characters of a probe's text. */
const TEXT = 200;
/** Bytes of a film that are looked at. */
const HEAD = 64 * 1024;

/** What a probe shows; see contracts' `reachProbes`. */
export async function readProbe(file: string, shows: string): Promise<string> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const status = await handle.stat();
    if (!status.isFile()) throw new Error('it is not a file');
    const wanted = shows === 'head' ? HEAD : TEXT;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(wanted), 0, wanted, 0);
    const head = buffer.subarray(0, bytesRead);
    if (shows === 'text') return head.toString('utf8').slice(0, TEXT);
    return createHash('sha256').update(`${status.size}\n`).update(head).digest('hex');
  } finally {
    await handle.close();
  }
}

/** As a program of its own: a share that hangs holds whoever reads from it, and that must not be the agent. */
async function main([file = '', shows = 'text']: readonly string[]): Promise<void> {
  const answer = await readProbe(file, shows).then(
    (content) => ({ content, error: null }),
    (error: unknown) => ({ content: null, error: error instanceof Error ? error.message : String(error) }),
  );
  process.stdout.write(JSON.stringify(answer));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main(process.argv.slice(2));
