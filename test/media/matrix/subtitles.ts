import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { ffmpeg, REAL } from '../../support/media.ts';
import { AC3, baseClip, X264 } from './clips.ts';
import { presentationGraphics } from './presentation-graphics.ts';
import type { Expectation, Group, Make, Source } from './source.ts';
import { teletextStream } from './teletext.ts';

type Expected = readonly [Expectation, Expectation];
const IN_MATROSKA: Expected = ['encoded', 'nothing_to_do'];
const MOVED: Expected = ['encoded', 'encoded'];

const SRT = `1
00:00:00,200 --> 00:00:00,600
Grüße — “you”, <i>leaning</i>

2
00:00:00,700 --> 00:00:01,100
two
lines
`;

const ASS = `[Script Info]
ScriptType: v4.00+
PlayResX: 320
PlayResY: 180

[V4+ Styles]
Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding
Style: Sign,Signpainter,20,&H0000FFFF,&H000000FF,&H00000000,&H00000000,0,0,0,0,100,100,0,0,1,1,0,8,10,10,10,1

[Events]
Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text
Dialogue: 0,0:00:00.20,0:00:00.60,Sign,,0,0,0,,{\\an5\\pos(160,90)}Somewhere
Dialogue: 1,0:00:00.70,0:00:01.10,Sign,,0,0,0,,two\\Nlines
`;

/** The picture and sound of every source here. */
async function film(file: string): Promise<void> {
  await ffmpeg('-t', '1.2', '-i', await baseClip(), ...X264, ...AC3, file);
}

/** A film with subtitles that ffmpeg writes from a text. */
function withText(text: string, from: string, ...args: string[]): Make {
  const make: Make = async (file, scratch) => {
    const [picture, words] = [path.join(scratch, 'film.mkv'), path.join(scratch, `words.${from}`)];
    await film(picture);
    await writeFile(words, text);
    const maps = ['-map', '0', '-map', '1', '-c', 'copy', '-metadata:s:s:0', 'language=ger'];
    await ffmpeg('-i', picture, '-i', words, ...maps, ...args, file);
  };
  const shown = `${make.toString()} ${text} ${args.join(' ')}`;
  make.toString = () => shown;
  return make;
}

/** ASS, and the font that it asks for. */
const withFont: Make = async (file, scratch) => {
  const at = (name: string) => path.join(scratch, name);
  await film(at('film.mkv'));
  await writeFile(at('words.ass'), ASS);
  await writeFile(at('Signpainter.ttf'), Buffer.from('0001000000', 'hex'));
  await execa('mkvmerge', [
    ...[
      '-q',
      '-o',
      file,
      at('film.mkv'),
      '--language',
      '0:jpn',
      '--track-name',
      '0:Signs & Songs',
      at('words.ass'),
    ],
    ...['--attachment-mime-type', 'font/ttf', '--attach-file', at('Signpainter.ttf')],
  ]);
};

/** Pictures of text, in the form of a Blu-ray, muxed as they are or turned into another form by ffmpeg. */
function withPictures(...args: string[]): Make {
  const make: Make = async (file, scratch) => {
    const at = (name: string) => path.join(scratch, name);
    await film(at('film.mkv'));
    await writeFile(at('words.sup'), presentationGraphics(320, 180));
    // Without it a picture of text would last until the end of time.
    const inputs = ['-i', at('film.mkv'), '-fix_sub_duration', '-i', at('words.sup')];
    await ffmpeg(...inputs, '-map', '0', '-map', '1', '-c', 'copy', ...args, file);
  };
  const shown = `${make.toString()} ${presentationGraphics.toString()} ${args.join(' ')}`;
  make.toString = () => shown;
  return make;
}

const graphicsByMkvmerge: Make = async (file, scratch) => {
  const at = (name: string) => path.join(scratch, name);
  await film(at('film.mkv'));
  await writeFile(at('words.sup'), presentationGraphics(320, 180));
  await execa('mkvmerge', [
    ...['-q', '-o', file, at('film.mkv'), '--language', '0:fre', '--forced-display-flag', '0:yes'],
    ...['--default-track-flag', '0:no', at('words.sup')],
  ]);
};

/** What a recording becomes when it is put into Matroska. */
const broadcastInMatroska: Make = async (file, scratch) => {
  const recording = path.join(scratch, 'recording.ts');
  await withPictures('-c:s', 'dvbsub', '-metadata:s:s:0', 'language=nor')(recording, scratch);
  await ffmpeg('-i', recording, '-map', '0', '-c', 'copy', file);
};

const teletext: Make = async (file, scratch) => {
  const whole = path.join(scratch, 'film.ts');
  await film(whole);
  await writeFile(file, teletextStream(await readFile(whole)));
};

/** x264 takes the captions along that the decoder finds. */
const captions: Make = async (file) => {
  await ffmpeg('-t', '1.5', '-i', REAL.sintel, '-map', '0:v', '-map', '0:a', ...X264, ...AC3, file);
};

function text(id: string, description: string, extension: string, make: Make, expected?: Expected): Source {
  return {
    id: `subtitle-${id}`,
    description,
    extension,
    make,
    expected: expected ?? (extension === 'mkv' ? IN_MATROSKA : MOVED),
  };
}

export const SUBTITLES: Group = {
  heading: 'Subtitles (with H.264 and AC-3)',
  sources: [
    text('srt', 'SubRip (MKV)', 'mkv', withText(SRT, 'srt', '-c:s', 'srt')),
    text('ass', 'ASS with its font attached (MKV)', 'mkv', withFont),
    text('mov-text', 'mov_text, as in MP4', 'mp4', withText(SRT, 'srt', '-c:s', 'mov_text')),
    text('webvtt', 'WebVTT (MKV)', 'mkv', withText(SRT, 'srt', '-c:s', 'webvtt')),
    text('pgs', 'PGS, the pictures of a Blu-ray, forced (MKV)', 'mkv', graphicsByMkvmerge),
    text('pgs-ts', 'PGS (M2TS)', 'm2ts', withPictures('-c:s', 'copy')),
    text('vobsub', 'VobSub, the pictures of a DVD (MKV)', 'mkv', withPictures('-c:s', 'dvdsub')),
    text('vobsub-mp4', 'VobSub (MP4)', 'mp4', withPictures('-c:s', 'dvdsub')),
    text(
      'dvb',
      'DVB subtitles (TS)',
      'ts',
      withPictures('-c:s', 'dvbsub', '-metadata:s:s:0', 'language=nor'),
    ),
    text('dvb-mkv', 'DVB subtitles (MKV)', 'mkv', broadcastInMatroska),
    text('teletext', 'teletext (TS)', 'ts', teletext, ['subtitles_do_not_fit', 'subtitles_do_not_fit']),
    text('captions', 'closed captions in the picture (TS; a real film)', 'ts', captions, [
      'closed_captions',
      'encoded',
    ]),
  ],
  missing: [
    {
      what: 'HDMV text subtitles, XSUB, ARIB captions',
      why: 'no encoder whose streams a container here would take.',
    },
  ],
};
