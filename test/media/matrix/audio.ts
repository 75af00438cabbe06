import path from 'node:path';
import { execa } from 'execa';
import { ffmpeg } from '../../support/media.ts';
import { baseClip, clip, X264 } from './clips.ts';
import type { Expectation, Group, Make, Source } from './source.ts';

type Expected = readonly [Expectation, Expectation];
const IN_MATROSKA: Expected = ['encoded', 'nothing_to_do'];
const MOVED: Expected = ['encoded', 'encoded'];
/** Sound that Matroska does not hold as it is. */
const NOT_FOR_MATROSKA: Expected = ['encoded', 'codec_does_not_fit'];

function sound(
  id: string,
  description: string,
  extension: string,
  args: string[],
  expected?: Expected,
): Source {
  return {
    id: `audio-${id}`,
    description,
    extension,
    make: clip(...X264, ...args),
    expected: expected ?? (extension === 'mkv' ? IN_MATROSKA : MOVED),
  };
}

/** The base clip's 5.1, with this layout. */
const layout = (name: string) => ['-af', `pan=${name}${PANS[name] ?? ''},aformat=channel_layouts=${name}`];
const PANS: Readonly<Record<string, string>> = {
  mono: '|FC=FC',
  stereo: '|FL=FL|FR=FR',
  '2.1': '|FL=FL|FR=FR|LFE=LFE',
  '3.0': '|FL=FL|FR=FR|FC=FC',
  '4.0': '|FL=FL|FR=FR|FC=FC|BC=BL',
  quad: '|FL=FL|FR=FR|BL=BL|BR=BR',
  '5.0': '|FL=FL|FR=FR|FC=FC|BL=BL|BR=BR',
  '5.0(side)': '|FL=FL|FR=FR|FC=FC|SL=BL|SR=BR',
  '5.1': '|FL=FL|FR=FR|FC=FC|LFE=LFE|BL=BL|BR=BR',
  '5.1(side)': '|FL=FL|FR=FR|FC=FC|LFE=LFE|SL=BL|SR=BR',
  '6.1': '|FL=FL|FR=FR|FC=FC|LFE=LFE|BC=BL|SL=BL|SR=BR',
  '7.1': '|FL=FL|FR=FR|FC=FC|LFE=LFE|BL=BL|BR=BR|SL=BL|SR=BR',
};

/** Layouts by the codec that is used with them most, at rates that Opus undercuts. */
const LAYOUTS: readonly Source[] = [
  sound('mono', '1 channel: AC-3', 'mkv', [...layout('mono'), '-c:a', 'ac3', '-b:a', '192k']),
  sound('stereo', '2 channels: AC-3', 'mkv', [...layout('stereo'), '-c:a', 'ac3', '-b:a', '384k']),
  sound('2.1', '2.1: AC-3', 'mkv', [...layout('2.1'), '-c:a', 'ac3', '-b:a', '448k']),
  sound('3.0', '3.0: AC-3', 'mkv', [...layout('3.0'), '-c:a', 'ac3', '-b:a', '448k']),
  sound('4.0', '4.0 (rear centre): AC-3', 'mkv', [...layout('4.0'), '-c:a', 'ac3', '-b:a', '448k']),
  sound('quad', '4 channels (quad): Vorbis', 'mkv', [...layout('quad'), '-c:a', 'libvorbis', '-q:a', '10']),
  sound('5.0', '5.0 (side): AC-3', 'mkv', [...layout('5.0(side)'), '-c:a', 'ac3', '-b:a', '640k']),
  sound('5.1', '5.1 (back): AAC', 'mkv', [...layout('5.1'), '-c:a', 'aac', '-b:a', '700k']),
  sound('5.1-side', '5.1 (side): AC-3', 'mkv', [...layout('5.1(side)'), '-c:a', 'ac3', '-b:a', '640k']),
  sound('6.1', '6.1: Vorbis', 'mkv', [...layout('6.1'), '-c:a', 'libvorbis', '-q:a', '10']),
  sound('7.1', '7.1: Vorbis', 'mkv', [...layout('7.1'), '-c:a', 'libvorbis', '-q:a', '10']),
  sound('7.1-aac', '7.1: AAC (MP4)', 'mp4', [...layout('7.1'), '-c:a', 'aac', '-b:a', '1000k']),
];

/** ffmpeg writes TTA into Matroska in a way that nobody reads; mkvmerge does it right. */
const tta: Make = async (file, scratch) => {
  const [film, words] = [path.join(scratch, 'film.mkv'), path.join(scratch, 'sound.tta')];
  await ffmpeg('-i', await baseClip(), ...X264, '-an', film);
  await ffmpeg('-i', await baseClip(), '-vn', '-ac', '2', '-c:a', 'tta', words);
  await execa('mkvmerge', ['-q', '-o', file, film, words]);
};

const CODECS: readonly Source[] = [
  sound('eac3', 'E-AC-3, 5.1', 'mkv', ['-c:a', 'eac3', '-b:a', '768k']),
  sound('dts', 'DTS, 5.1', 'mkv', ['-strict', '-2', ...layout('5.1(side)'), '-c:a', 'dca', '-b:a', '1509k']),
  sound('truehd', 'TrueHD, 5.1', 'mkv', ['-strict', '-2', '-c:a', 'truehd']),
  sound('mlp', 'MLP, 5.1', 'mkv', ['-strict', '-2', '-c:a', 'mlp']),
  sound('flac', 'FLAC, 5.1', 'mkv', ['-c:a', 'flac']),
  sound('flac-24', 'FLAC, 24 bit, 96 kHz', 'mkv', [
    '-ac',
    '2',
    '-ar',
    '96000',
    '-c:a',
    'flac',
    '-sample_fmt',
    's32',
  ]),
  sound('pcm-s16', 'PCM, 16 bit, 5.1', 'mkv', ['-c:a', 'pcm_s16le']),
  sound('pcm-s24', 'PCM, 24 bit', 'mkv', ['-ac', '2', '-c:a', 'pcm_s24le']),
  sound(
    'pcm-be',
    'PCM, 16 bit, big-endian (MOV)',
    'mov',
    ['-ac', '2', '-c:a', 'pcm_s16be'],
    NOT_FOR_MATROSKA,
  ),
  sound(
    'pcm-bluray',
    'PCM of a Blu-ray (M2TS)',
    'm2ts',
    ['-ac', '2', '-c:a', 'pcm_bluray'],
    NOT_FOR_MATROSKA,
  ),
  sound(
    'pcm-dvd',
    'PCM of a DVD (VOB)',
    'vob',
    ['-ac', '2', '-c:a', 'pcm_dvd', '-r', '25'],
    NOT_FOR_MATROSKA,
  ),
  sound('adpcm', 'ADPCM (AVI)', 'avi', ['-ac', '2', '-c:a', 'adpcm_ms'], NOT_FOR_MATROSKA),
  sound('mulaw', 'μ-law (MOV)', 'mov', ['-ac', '2', '-c:a', 'pcm_mulaw'], NOT_FOR_MATROSKA),
  sound('mp2', 'MP2', 'mkv', ['-ac', '2', '-c:a', 'mp2', '-b:a', '384k']),
  sound('mp3', 'MP3', 'mkv', ['-ac', '2', '-c:a', 'libmp3lame', '-b:a', '320k']),
  sound('mp3-low', 'MP3 of 96 kbit/s, less than the profile asks for', 'mkv', [
    '-ac',
    '2',
    '-c:a',
    'libmp3lame',
    '-b:a',
    '96k',
  ]),
  sound('vorbis', 'Vorbis', 'mkv', ['-ac', '2', '-c:a', 'libvorbis', '-q:a', '10']),
  sound('opus', 'Opus', 'mkv', ['-ac', '2', '-c:a', 'libopus', '-b:a', '256k']),
  sound('aac', 'AAC', 'mkv', ['-ac', '2', '-c:a', 'aac', '-b:a', '320k']),
  sound('alac', 'ALAC (MP4)', 'mp4', ['-ac', '2', '-c:a', 'alac']),
  sound('wma', 'WMA 2', 'mkv', ['-ac', '2', '-c:a', 'wmav2', '-b:a', '256k']),
  sound('wavpack', 'WavPack', 'mkv', ['-ac', '2', '-c:a', 'wavpack']),
  { id: 'audio-tta', description: 'TTA', extension: 'mkv', make: tta, expected: IN_MATROSKA },
  sound('8khz', 'MP3 of 8 kHz', 'mkv', ['-ac', '1', '-ar', '8000', '-c:a', 'libmp3lame', '-b:a', '64k']),
  sound(
    'nellymoser',
    'Nellymoser (FLV)',
    'flv',
    ['-ac', '1', '-ar', '22050', '-c:a', 'nellymoser'],
    NOT_FOR_MATROSKA,
  ),
  sound('speex', 'Speex (FLV)', 'flv', ['-ac', '1', '-ar', '16000', '-c:a', 'libspeex'], NOT_FOR_MATROSKA),
];

export const AUDIO: Group = {
  heading: 'Sound (with H.264)',
  sources: [
    ...LAYOUTS,
    ...CODECS,
    {
      id: 'audio-none',
      description: 'no sound at all (MP4)',
      extension: 'mp4',
      make: clip(...X264, '-an'),
      expected: MOVED,
    },
    {
      id: 'audio-only',
      description: 'sound alone, no picture (MP4)',
      extension: 'mp4',
      make: clip('-vn', '-ac', '2', '-c:a', 'aac', '-b:a', '320k'),
      expected: ['no_video', 'no_video'],
    },
  ],
  missing: [
    {
      what: 'DTS-HD Master Audio, DTS:X, Atmos',
      why: 'no free encoder. The profile copies them by default.',
    },
    { what: 'WMA Pro, WMA lossless, AMR, Cook, QDesign', why: 'ffmpeg has decoders only.' },
  ],
};
