import { readdir, readFile } from 'node:fs/promises';

/** Processes whose command line or environment names a folder: pid and command line. */
export async function processesOf(folder: string): Promise<string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    if (Number(pid) === process.pid) continue;
    const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (commandLine.includes(folder) || environment.includes(folder))
      found.push(`${pid} ${commandLine.replaceAll('\0', ' ')}`);
  }
  return found;
}
