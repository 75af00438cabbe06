import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { felFilm, melFilm, RECORDED } from './dolby-vision.ts';
import { joinNals, NAL, splitNals, typeOf } from './dovi-tool/annex-b.ts';
import { nalOfRpu } from './dovi-tool/rpu-file.ts';
import { cached, ffmpeg, REAL, smallBunny } from './media.ts';

/** AC-3 of more than any profile wants, beside a raw picture. */
async function withSound(stream: string, file: string): Promise<void> {
  const sound = `${file}.ac3`;
  await ffmpeg('-ss', '8', '-t', '1.9', '-i', REAL.bunny, '-vn', '-c:a', 'ac3', '-b:a', '640k', sound);
  await execa('mkvmerge', ['-q', '-o', file, '--default-duration', '0:24000/1001fps', stream, sound]);
}

/** Two seconds of Profile 8.1: one layer, each frame with metadata of that profile. */
function profile81Film(): Promise<string> {
  return cached('dolby-vision-8-1.mkv', async (file) => {
    const [rpu] = splitNals(await readFile(RECORDED.converted));
    if (rpu === undefined) throw new Error(`${RECORDED.converted} holds no RPU`);
    const nals = splitNals(await readFile(RECORDED.stream)).filter((nal) => typeOf(nal) !== NAL.enhancement);
    const stream = `${file}.hevc`;
    await writeFile(stream, joinNals(nals.map((nal) => (typeOf(nal) === NAL.rpu ? nalOfRpu(rpu) : nal))));
    await withSound(stream, file);
  });
}

const HDR10 =
  'hdr10=1:repeat-headers=1:colorprim=bt2020:colormatrix=bt2020nc:transfer=smpte2084:max-cll=1000,400:' +
  'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):log-level=0';

/** A second of HDR10 without Dolby Vision, of a wasteful bit rate. */
function hdr10Film(): Promise<string> {
  return cached('hdr10-small.mkv', (file) =>
    ffmpeg(
      ...['-ss', '8', '-t', '1', '-i', REAL.bunny, '-vf', 'scale=320:180', '-pix_fmt', 'yuv420p10le'],
      ...[
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-b:v',
        '4M',
        '-x265-params',
        HDR10,
        '-c:a',
        'copy',
        file,
      ],
    ),
  );
}

/** The films of a mixed library, by name. */
const FILMS = {
  'dv7-mel.mkv': melFilm,
  'dv7-fel.mkv': felFilm,
  'dv81.mkv': profile81Film,
  'hdr10.mkv': hdr10Film,
  'sdr.mp4': smallBunny,
} as const;

/** Makes a library of two kinds of Dolby Vision Profile 7, of 8.1, HDR10 and SDR. @returns its folder */
export async function mixedLibrary(folder: string): Promise<string> {
  const library = path.join(folder, 'library');
  await mkdir(library, { recursive: true });
  for (const [name, film] of Object.entries(FILMS)) await copyFile(await film(), path.join(library, name));
  return library;
}
