import { createHash } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A socket address that the kernel takes back when the process ends, however it ends. */
function lockAddress(key: string): string {
  switch (process.platform) {
    case 'linux':
      return `\0boilarr-${key}`;
    case 'win32':
      return `\\\\.\\pipe\\boilarr-${key}`;
    default:
      return path.join(tmpdir(), `boilarr-${key}.sock`);
  }
}

/**
 * Makes this process the only one that works with a configuration folder: two servers on one database would
 * undo each other's work.
 * @returns a function that gives the folder free
 * @throws Error when another process has it
 */
export async function lockInstance(directory: string): Promise<() => void> {
  const key = createHash('sha256')
    .update(await realpath(directory))
    .digest('hex')
    .slice(0, 32);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      reject(
        error.code === 'EADDRINUSE'
          ? new Error(
              `Boilarr runs already with the configuration folder ${directory}; end it first, or set BOILARR_CONFIG_DIR`,
            )
          : error,
      );
    });
    server.listen(lockAddress(key), resolve);
  });
  server.unref();
  return () => {
    server.close();
  };
}
