// Fetches ADDRESS into FILE: the images that this is built on have Node, and neither curl nor wget.
import { writeFile } from 'node:fs/promises';
import process from 'node:process';

const TIMEOUT_MS = 5 * 60_000;

const [address, file] = process.argv.slice(2);
try {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!response.ok) throw new Error(`the answer is ${response.status} ${response.statusText}`);
  await writeFile(file, await response.bytes());
} catch (error) {
  process.stderr.write(`${address}: ${error.cause?.message ?? error.message}\n`);
  process.exitCode = 1;
}
