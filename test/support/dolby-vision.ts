import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { accessUnits, joinNals, NAL, splitNals, typeOf } from './dovi-tool/annex-b.ts';
import { displayOrder } from './dovi-tool/picture-order.ts';
import { nalOfRpu, rpuOfNal } from './dovi-tool/rpu-file.ts';
import { cached, exists, ffmpeg, REAL } from './media.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The stand-in for dovi_tool, for the PATH. */
export const STAND_IN = fileURLToPath(new URL('dovi-tool/dovi_tool', import.meta.url));

/** What the stand-in knows: 46 frames of Profile 7, their RPUs in the order of display, and these as Profile 8.1. */
export const RECORDED = {
  frames: 46,
  stream: recorded('mel.hevc'),
  rpus: recorded('mel.bin'),
  converted: recorded('mel-to-81.bin'),
  fel: recorded('fel.bin'),
} as const;

function recorded(name: string): string {
  return fileURLToPath(new URL(`dovi-tool/recorded/${name}`, import.meta.url));
}

/** The real dovi_tool's path; null where the PATH has none. */
export async function realDoviTool(): Promise<string | null> {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const file = path.join(folder, 'dovi_tool');
    if (file !== STAND_IN && (await exists(file))) return file;
  }
  return null;
}

/**
 * The folder of the samples p7_with_ac3.mkv, p7_mel.mkv and regular_rpu.bin (test assets of dovi_tool): where
 * BOILARR_DOLBY_VISION_SAMPLES says, else beside the project; null where there is none.
 */
export async function samplesFolder(): Promise<string | null> {
  const folder =
    process.env['BOILARR_DOLBY_VISION_SAMPLES'] ?? path.join(ROOT, '../shared/media/dolby-vision');
  return (await exists(path.join(folder, 'p7_with_ac3.mkv'))) ? folder : null;
}

/** Puts a raw stream into Matroska, with AC-3 that begins 120 ms late, a subtitle, and a chapter. */
async function muxed(stream: string, file: string): Promise<void> {
  const made = (name: string) => `${file}-${name}`;
  await ffmpeg(
    '-ss',
    '8',
    '-t',
    '1.8',
    '-i',
    REAL.bunny,
    '-vn',
    '-ac',
    '1',
    '-c:a',
    'ac3',
    '-b:a',
    '64k',
    '-f',
    'ac3',
    made('ac3'),
  );
  await writeFile(made('srt'), '1\n00:00:00,200 --> 00:00:01,500\nGrüße — “you”\n');
  await writeFile(made('chapters'), 'CHAPTER01=00:00:00.000\nCHAPTER01NAME=Beginning\n');
  await execa('mkvmerge', [
    ...['-q', '-o', file, '--chapters', made('chapters')],
    ...['--default-duration', '0:24000/1001fps', stream],
    ...['--sync', '0:120', '--language', '0:ger', '--track-name', '0:Mono', made('ac3')],
    ...['--language', '0:fre', '--default-track-flag', '0:no', '--forced-display-flag', '0:yes', made('srt')],
  ]);
}

/** Two seconds of Profile 7 with a minimal enhancement layer, and everything that is easily lost. */
export function melFilm(): Promise<string> {
  return cached('dolby-vision-mel.mkv', (file) => muxed(RECORDED.stream, file));
}

/** The same with the RPUs of a full enhancement layer. */
export function felFilm(): Promise<string> {
  return cached('dolby-vision-fel.mkv', async (file) => {
    const [rpu] = splitNals(await readFile(RECORDED.fel));
    const nals = splitNals(await readFile(RECORDED.stream));
    const stream = `${file}.hevc`;
    await writeFile(stream, joinNals(nals.map((nal) => (typeOf(nal) === NAL.rpu ? nalOfRpu(rpu!) : nal))));
    await muxed(stream, file);
  });
}

/** The same with frames in the middle that have no RPU. */
export function filmWithoutSomeRpus(missing: number): Promise<string> {
  return cached(`dolby-vision-${missing}-missing.mkv`, async (file) => {
    let seen = 0;
    const lost = (nal: Buffer) => typeOf(nal) === NAL.rpu && (seen += 1) > 20 && seen <= 20 + missing;
    const stream = `${file}.hevc`;
    await writeFile(stream, joinNals(splitNals(await readFile(RECORDED.stream)).filter((nal) => !lost(nal))));
    await muxed(stream, file);
  });
}

/** The RPU of each frame in the order of display, read without any dovi_tool; null for a frame that has none. */
export async function rpusOf(film: string): Promise<(Buffer | null)[]> {
  const { stdout } = await execa(
    'ffmpeg',
    ['-v', 'error', '-i', `file:${film}`, '-map', '0:V:0', '-c', 'copy', '-f', 'hevc', '-'],
    { stdin: 'ignore', encoding: 'buffer' },
  );
  const units = accessUnits(splitNals(Buffer.from(stdout)));
  const rpus: (Buffer | null)[] = [];
  for (const [decoded, place] of displayOrder(units).entries()) {
    const nal = units[decoded]?.find((unit) => typeOf(unit) === NAL.rpu);
    rpus[place] = nal === undefined ? null : rpuOfNal(nal);
  }
  return rpus;
}
