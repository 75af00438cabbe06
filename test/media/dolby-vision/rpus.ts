import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../tools.js';

/**
 * The RPUs of a film's picture by the real dovi_tool, in the order of display.
 * @param toProfile81 as its mode 2 makes them
 */
export async function rpusOf(film: string, folder: string, toProfile81 = false): Promise<Buffer> {
  const raw = path.join(folder, 'rpus.hevc');
  const bin = path.join(folder, 'rpus.bin');
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', '-i', film, '-map', '0:v:0', '-c', 'copy', raw]);
  await run('dovi_tool', [...(toProfile81 ? ['-m', '2'] : []), 'extract-rpu', '-i', raw, '-o', bin]);
  return readFile(bin);
}
