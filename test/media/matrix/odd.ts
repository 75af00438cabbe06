import { open, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { ffmpeg } from '../../support/media.ts';
import { AC3, baseClip, clip, named, X264 } from './clips.ts';
import type { Group, Make } from './source.ts';

const FFMETADATA = `;FFMETADATA1
title=A film
artist=Somebody
date=2010
comment=Kept; by = hand
[CHAPTER]
TIMEBASE=1/1000
START=0
END=500
title=Beginning
[CHAPTER]
TIMEBASE=1/1000
START=500
END=1000
title=End — “fin”
`;

const SRT = '1\n00:00:00,200 --> 00:00:00,700\nHello\n';

/** Everything that the pieces of the two full files are made of. */
async function pieces(scratch: string): Promise<(name: string) => string> {
  const at = (name: string) => path.join(scratch, name);
  await writeFile(at('chapters.txt'), FFMETADATA);
  await writeFile(at('words.srt'), SRT);
  await writeFile(at('font.ttf'), Buffer.from('0001000000', 'hex'));
  await writeFile(at('Ünïcode font.otf'), Buffer.from('4f54544f00', 'hex'));
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=120x160', '-frames:v', '1', at('cover.jpg'));
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x64', '-frames:v', '1', at('small_cover.png'));
  const sound = ['-map', '0:v', '-map', '0:a', '-map', '0:a', '-map', '0:a', '-map', '0:a'];
  await ffmpeg('-t', '1', '-i', await baseClip(), ...sound, ...X264, ...AC3, at('film.mkv'));
  return at;
}

const fullMatroska: Make = async (file, scratch) => {
  const at = await pieces(scratch);
  const chapters = at('chapters.mkv');
  await ffmpeg(
    '-i',
    at('film.mkv'),
    '-i',
    at('chapters.txt'),
    '-map',
    '0',
    '-map_metadata',
    '1',
    '-c',
    'copy',
    chapters,
  );
  const track = (id: number, language: string, name: string, ...flags: string[]) => [
    ...['--language', `${id}:${language}`, '--track-name', `${id}:${name}`],
    ...['--default-track-flag', `${id}:${flags.includes('default') ? '1' : '0'}`],
    ...flags.filter((flag) => flag !== 'default').flatMap((flag) => [`--${flag}-flag`, `${id}:1`]),
  ];
  await execa(
    'mkvmerge',
    [
      ...['-q', '-o', file],
      ...track(0, 'und', '', 'default'),
      ...track(1, 'eng', 'Main', 'default', 'original'),
      ...track(2, 'ger', 'Deutsch “Kino”'),
      ...track(3, 'eng', 'Director’s commentary', 'commentary'),
      ...track(4, 'eng', 'Described', 'visual-impaired'),
      chapters,
      ...track(0, 'eng', 'Full', 'hearing-impaired'),
      at('words.srt'),
      ...track(0, 'pt-BR', 'Forced', 'default', 'forced-display'),
      at('words.srt'),
      ...['--attachment-mime-type', 'font/ttf', '--attach-file', at('font.ttf')],
      ...['--attachment-mime-type', 'font/otf', '--attach-file', at('Ünïcode font.otf')],
      ...['--attachment-mime-type', 'image/jpeg', '--attach-file', at('cover.jpg')],
      ...['--attachment-mime-type', 'image/png', '--attach-file', at('small_cover.png')],
    ],
    { env: { LC_ALL: 'C.UTF-8' } },
  );
};

const fullMp4: Make = async (file, scratch) => {
  const at = await pieces(scratch);
  await ffmpeg(
    ...['-i', at('film.mkv'), '-i', at('chapters.txt'), '-i', at('words.srt'), '-i', at('words.srt')],
    ...['-i', at('cover.jpg'), '-map', '0', '-map', '2', '-map', '3', '-map', '4', '-map_metadata', '1'],
    ...['-c', 'copy', '-c:s', 'mov_text', '-disposition:v:1', 'attached_pic'],
    ...[
      '-metadata:s:a:0',
      'language=eng',
      '-metadata:s:a:1',
      'language=deu',
      '-metadata:s:a:2',
      'language=eng',
    ],
    ...['-metadata:s:s:0', 'language=eng', '-metadata:s:s:1', 'language=por'],
    ...['-disposition:a:0', 'default', '-disposition:a:1', '0', '-disposition:a:2', 'comment'],
    ...['-disposition:s:0', 'hearing_impaired', '-disposition:s:1', 'forced', file],
  );
};

const bmpCover: Make = async (file, scratch) => {
  const cover = path.join(scratch, 'cover.bmp');
  await ffmpeg('-f', 'lavfi', '-i', 'testsrc=s=64x64', '-frames:v', '1', cover);
  const both = ['-t', '1', '-i', await baseClip(), '-i', cover, '-map', '0', '-map', '1'];
  await ffmpeg(...both, ...X264, '-c:v:1', 'copy', '-disposition:v:1', 'attached_pic', ...AC3, file);
};

/** The other way round: pictures that are no cover. */
const twoVideos: Make = async (file, scratch) => {
  const small = path.join(scratch, 'small.mkv');
  await ffmpeg('-t', '1', '-i', await baseClip(), '-vf', 'scale=160:90', ...X264, '-an', small);
  const film = ['-t', '1', '-i', await baseClip(), '-i', small, '-map', '0', '-map', '1'];
  await ffmpeg(...film, ...X264, ...AC3, file);
};

/** Overwrites some bytes in the middle of the film's own packets. */
function broken(extension: string): Make {
  const make: Make = async (file, scratch) => {
    const whole = path.join(scratch, `whole.${extension}`);
    await ffmpeg('-i', await baseClip(), ...X264, '-g', '12', ...AC3, whole);
    const bytes = await readFile(whole);
    bytes.fill(0x55, Math.floor(bytes.length / 2), Math.floor(bytes.length / 2) + 400);
    await writeFile(file, bytes);
  };
  return named(make, [extension]);
}

function cutOff(...args: string[]): Make {
  const make: Make = async (file) => {
    await ffmpeg('-i', await baseClip(), ...X264, ...AC3, ...args, file);
    await truncate(file, Math.floor((await stat(file)).size * 0.6));
  };
  return named(make, args);
}

/** Headers, and not one packet: what there was before the first fragment. */
const hollow: Make = async (file, scratch) => {
  const whole = path.join(scratch, 'whole.mp4');
  const fragments = ['-movflags', '+frag_keyframe+empty_moov+default_base_moof'];
  await ffmpeg('-t', '1', '-i', await baseClip(), ...X264, '-an', ...fragments, whole);
  const bytes = await readFile(whole);
  await writeFile(file, bytes.subarray(0, bytes.indexOf('moof', 0, 'latin1') - 4));
};

const film = clip(...X264, ...AC3);

export const ODD: Group = {
  heading: 'Whole files, and odd ones',
  sources: [
    {
      id: 'full-mkv',
      description:
        'MKV with everything: fonts, covers, chapters, tags, four sounds and two subtitles with flags and names',
      extension: 'mkv',
      make: fullMatroska,
      expected: ['encoded', 'nothing_to_do'],
    },
    {
      id: 'full-mp4',
      description:
        'MP4 with everything that it can hold: cover, chapters, tags, four sounds and two subtitles with flags',
      extension: 'mp4',
      make: fullMp4,
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'cover-bmp',
      description: 'a cover that is a BMP file (MP4)',
      extension: 'mp4',
      make: bmpCover,
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'two-videos',
      description: 'two films in one file (MKV)',
      extension: 'mkv',
      make: twoVideos,
      expected: ['several_videos', 'nothing_to_do'],
    },
    {
      id: 'two-videos-mp4',
      description: 'two films in one file (MP4)',
      extension: 'mp4',
      make: twoVideos,
      expected: ['several_videos', 'encoded'],
    },
    {
      id: 'name-odd',
      description: 'a name with quotes, brackets, per cent, a line break and an emoji (MP4)',
      extension: 'mp4',
      make: film,
      fileName: '-it\'s 100% (a+b), c:d=e "f";\n$(g) `h` 🎬.mp4',
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'name-at',
      description: 'a name that begins with @ (AVI)',
      extension: 'avi',
      make: clip('-c:v', 'mpeg4', '-q:v', '2', ...AC3),
      fileName: '@list.avi',
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'name-wrong',
      description: 'an MP4 that is named .mkv',
      extension: 'mkv',
      make: clip(...X264, ...AC3, '-f', 'mp4'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'broken-mkv',
      description: 'a few broken packets in the middle, which still plays (MKV)',
      extension: 'mkv',
      make: broken('mkv'),
      expected: ['encoded', 'nothing_to_do'],
    },
    {
      id: 'broken-mp4',
      description: 'a few broken packets in the middle, which still plays (MP4)',
      extension: 'mp4',
      make: broken('mp4'),
      expected: ['encoded', 'encoded'],
    },
    {
      id: 'truncated-mkv',
      description: 'a download that broke off (MKV)',
      extension: 'mkv',
      make: cutOff(),
      expected: ['source_truncated', 'source_truncated'],
    },
    {
      id: 'truncated-mp4',
      description: 'a download that broke off, its index in front (MP4)',
      extension: 'mp4',
      make: cutOff('-movflags', '+faststart'),
      expected: ['source_truncated', 'source_truncated'],
    },
    {
      id: 'truncated-index',
      description: 'a download that broke off before its index (MP4)',
      extension: 'mp4',
      make: cutOff(),
      expected: ['failed: source_unreadable', 'failed: source_unreadable'],
    },
    {
      id: 'truncated-avi',
      description: 'a download that broke off (AVI)',
      extension: 'avi',
      make: cutOff('-c:v', 'mpeg4', '-q:v', '2'),
      expected: ['source_truncated', 'source_truncated'],
    },
    {
      id: 'empty',
      description: 'an empty file (MKV)',
      extension: 'mkv',
      make: async (file) => {
        await (await open(file, 'w')).close();
      },
      expected: ['failed: source_unreadable', 'failed: source_unreadable'],
    },
    {
      id: 'text',
      description: 'a text named .mkv',
      extension: 'mkv',
      make: (file) => writeFile(file, 'This is no film.\n'.repeat(1000)),
      expected: ['failed: source_unreadable', 'failed: source_unreadable'],
    },
    {
      id: 'no-length',
      description: 'headers without a single packet (MP4)',
      extension: 'mp4',
      make: hollow,
      expected: ['source_empty', 'source_empty'],
    },
    {
      id: 'one-picture',
      description: 'a film of one picture (MP4)',
      extension: 'mp4',
      make: clip('-frames:v', '1', ...X264, '-an'),
      expected: ['no_duration', 'no_duration'],
    },
  ],
};
