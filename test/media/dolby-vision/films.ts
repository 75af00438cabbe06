import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { VideoStream } from '#engine/media/media-info.js';
import { streamsOf } from '#engine/media/media-info.js';
import { probe, run } from '../tools.js';
import { RECORDED } from '../../support/dolby-vision.js';

const X265 = ['--preset', 'ultrafast', '--crf', '30', '--repeat-headers', '--aud', '--log-level', 'error'];

/** The picture of a film. */
export async function pictureOf(film: string): Promise<VideoStream> {
  const [video] = streamsOf(await probe(film), 'video');
  if (video === undefined) throw new Error(`${film} has no picture`);
  return video;
}

/** A hash of every decoded frame of the picture. */
export async function framesHash(film: string): Promise<string> {
  const { stdout } = await run('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-i', film, '-map', '0:V', '-fps_mode', 'passthrough', '-f', 'hash', '-'],
  ]);
  return stdout;
}

/** Puts a raw picture and the sound of a film into Matroska, the picture `late` ms after the beginning. */
async function joined(raw: string, film: string, output: string, late = 0): Promise<string> {
  await run('mkvmerge', [
    ...['-q', '-o', output, '--default-duration', '0:24000/1001fps', '--sync', `0:${late}`, raw],
    ...['--no-video', film],
  ]);
  return output;
}

/** Profile 8.1 of a film of Profile 7, by the real dovi_tool. The picture begins 400 ms late. */
export async function profile81Film(film: string, folder: string): Promise<string> {
  const raw = path.join(folder, 'p81.hevc');
  await run('dovi_tool', ['-m', '2', 'convert', '--discard', '-i', RECORDED.stream, '-o', raw]);
  return joined(raw, film, path.join(folder, 'p81.mkv'), 400);
}

/** A picture of HLG with metadata of Profile 8.4 that the real dovi_tool has made up. */
export async function profile84Film(film: string, folder: string): Promise<string> {
  const name = (file: string) => path.join(folder, file);
  const bars = { top: 4, bottom: 4, left: 0, right: 0 };
  const level5 = Object.fromEntries(
    Object.entries(bars).map(([side, pixels]) => [`active_area_${side}_offset`, pixels]),
  );
  const metadata = { cm_version: 'V40', profile: '8.4', length: RECORDED.frames, level5 };
  await writeFile(name('p84.json'), JSON.stringify(metadata));
  await run('dovi_tool', ['generate', '-j', name('p84.json'), '--rpu-out', name('p84.bin')]);
  await run('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-y', '-i', RECORDED.stream, '-pix_fmt', 'yuv420p10le'],
    ...['-strict', '-1', '-f', 'yuv4mpegpipe', name('p84.y4m')],
  ]);
  await run('x265', [
    ...['--y4m', '--input', name('p84.y4m'), '--output', name('base.hevc'), '--output-depth', '10', ...X265],
    ...[
      '--colorprim',
      'bt2020',
      '--transfer',
      'arib-std-b67',
      '--colormatrix',
      'bt2020nc',
      '--range',
      'limited',
    ],
  ]);
  await run('dovi_tool', [
    ...['inject-rpu', '-i', name('base.hevc'), '-r', name('p84.bin'), '-o', name('p84.hevc')],
  ]);
  return joined(name('p84.hevc'), film, name('p84.mkv'));
}

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
