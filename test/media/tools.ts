import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { execa } from 'execa';
import { FFPROBE_ARGS, PACKET_ARGS, PacketMeter, parseFfprobe } from '#engine/media/ffprobe.js';
import type { MeasuredStreams, MediaInfo } from '#engine/media/media-info.js';

/**
 * Runs a tool to its end, in the locale that the engine gives it.
 * @returns what it printed; throws when it fails, with its standard error
 */
export async function run(
  tool: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  return execa(tool, [...args], { stdin: 'ignore', env: { LC_ALL: 'C.UTF-8' } });
}

/** Makes a clip with ffmpeg; the name of the output comes last. */
export async function ffmpeg(...args: string[]): Promise<void> {
  await run('ffmpeg', ['-v', 'error', '-nostdin', '-y', ...args]);
}

export async function probe(file: string): Promise<MediaInfo> {
  return parseFfprobe(JSON.parse((await run('ffprobe', [...FFPROBE_ARGS, `file:${file}`])).stdout));
}

export async function measure(file: string): Promise<MeasuredStreams> {
  const meter = new PacketMeter();
  for (const line of (await run('ffprobe', [...PACKET_ARGS, `file:${file}`])).stdout.split('\n'))
    meter.push(line);
  return meter.result();
}

export async function withFolder<T>(use: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-media-'));
  try {
    return await use(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
