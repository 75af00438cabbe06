import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { execa } from 'execa';
import { exists, ffmpeg, REAL } from '../../support/media.ts';
import { AC3, baseClip, clip, longClip, named, X264 } from './clips.ts';
import { withDolbyVisionRecord } from './dolby-vision-record.ts';
import type { Expectation, Group, Make, Source } from './source.ts';

type Expected = readonly [Expectation, Expectation];
const IN_MATROSKA: Expected = ['encoded', 'nothing_to_do'];
const MOVED: Expected = ['encoded', 'encoded'];

function picture(
  id: string,
  description: string,
  extension: string,
  make: Make,
  expected?: Expected,
): Source {
  return {
    id: `picture-${id}`,
    description,
    extension,
    make,
    expected: expected ?? (extension === 'mkv' ? IN_MATROSKA : MOVED),
  };
}

/** H.264 of these pixels, losslessly made smaller or larger before. */
const pixels = (format: string, ...args: string[]) => clip('-pix_fmt', format, ...args, ...X264, ...AC3);
const filtered = (filter: string, ...args: string[]) => clip('-vf', filter, ...X264, ...args, ...AC3);

/** Fields of two different moments, twelve or so a second more than the frames: a real interlaced picture. */
const fields = (mode: 'interleave_top' | 'interleave_bottom') =>
  `fps=50,minterpolate=fps=50:mi_mode=blend,tinterlace=mode=${mode}`;

function turned(degrees: number): Make {
  const make: Make = async (file, scratch) => {
    const upright = path.join(scratch, 'upright.mp4');
    await ffmpeg('-t', '1', '-i', await baseClip(), ...X264, ...AC3, upright);
    await ffmpeg('-i', upright, '-c', 'copy', '-metadata:s:v:0', `rotate=${degrees}`, file);
  };
  return named(make, [String(degrees)]);
}

const HDR = 'hdr10=1:repeat-headers=1:colorprim=bt2020:colormatrix=bt2020nc:log-level=0:qp=10';
const DISPLAY = 'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50)';
const x265 = (...params: string[]) => [
  ...['-pix_fmt', 'yuv420p10le', '-c:v', 'libx265', '-preset', 'ultrafast'],
  ...['-x265-params', [HDR, ...params].join(':')],
];

const dolbyVision = (profile: number): Make => {
  const make: Make = async (file, scratch) => {
    const plain = path.join(scratch, 'plain.mp4');
    const light = x265('transfer=smpte2084', DISPLAY);
    await ffmpeg('-t', '1', '-i', await baseClip(), ...light, '-tag:v', 'hvc1', ...AC3, plain);
    await writeFile(file, withDolbyVisionRecord(await readFile(plain), profile));
  };
  return named(make, [String(profile), withDolbyVisionRecord.toString()]);
};

/** A folder with samples of Dolby Vision Profile 7, which no free encoder makes. */
const SAMPLES = process.env['BOILARR_DOLBY_VISION_SAMPLES'] ?? '';
const PROFILE_7 = path.join(SAMPLES, 'p7_with_ac3.mkv');
const hasProfile7 = SAMPLES !== '' && (await exists(PROFILE_7));

const profile7: Make = async (file) => {
  await execa('mkvmerge', ['-q', '-o', file, '--split', 'parts:00:00:00-00:00:02', PROFILE_7]);
};

/** Frames that are missing here and there, as in a recording of a screen. */
const VARIABLE = ['-fps_mode', 'passthrough', '-enc_time_base', '1/1000'];

const INTERLACED = ['-r', '25', '-flags', '+ildct+ilme'];

export const PICTURES: Group = {
  heading: 'Pictures',
  sources: [
    picture(
      'odd-size',
      '161x91, 4:4:4 in H.264 (MKV)',
      'mkv',
      filtered('scale=161:91', '-pix_fmt', 'yuv444p'),
      ['pixel_format', 'nothing_to_do'],
    ),
    picture(
      'odd-420',
      '161x91, 4:2:0 in FFV1 (MKV)',
      'mkv',
      clip('-vf', 'scale=161:91', '-c:v', 'ffv1', ...AC3),
    ),
    picture('422', '4:2:2, 8 bit (MKV)', 'mkv', pixels('yuv422p'), ['pixel_format', 'nothing_to_do']),
    picture('422-10', '4:2:2, 10 bit (MP4)', 'mp4', pixels('yuv422p10le'), ['pixel_format', 'encoded']),
    picture('444', '4:4:4, 8 bit (MKV)', 'mkv', pixels('yuv444p'), ['pixel_format', 'nothing_to_do']),
    picture('10-bit', '4:2:0, 10 bit (MP4)', 'mp4', pixels('yuv420p10le')),
    picture(
      '12-bit',
      '4:2:0, 12 bit in HEVC (MKV)',
      'mkv',
      clip(
        '-pix_fmt',
        'yuv420p12le',
        '-c:v',
        'libx265',
        '-preset',
        'ultrafast',
        '-x265-params',
        'log-level=0:qp=8',
        ...AC3,
      ),
      ['pixel_format', 'nothing_to_do'],
    ),
    picture('gray', 'grey in H.264 (MKV)', 'mkv', pixels('gray')),
    picture(
      'rgb',
      'RGB in H.264 (MKV)',
      'mkv',
      clip('-pix_fmt', 'rgb24', '-c:v', 'libx264rgb', '-qp', '8', ...AC3),
      ['pixel_format', 'nothing_to_do'],
    ),
    picture(
      'stereo',
      '3D, side by side, as the container says (MKV)',
      'mkv',
      clip('-metadata:s:v', 'stereo_mode=left_right', ...X264, ...AC3),
      ['stereoscopic', 'nothing_to_do'],
    ),
    picture(
      'stereo-packed',
      '3D, side by side, as the picture says (MP4)',
      'mp4',
      clip(...X264, '-x264-params', 'frame-packing=3', ...AC3),
      ['stereoscopic', 'encoded'],
    ),
    picture(
      'alpha',
      'see-through: VP9 with alpha (WebM)',
      'webm',
      clip(
        '-vf',
        'format=yuva420p',
        '-c:v',
        'libvpx-vp9',
        '-crf',
        '8',
        '-b:v',
        '0',
        '-deadline',
        'realtime',
        '-cpu-used',
        '8',
        '-auto-alt-ref',
        '0',
        '-an',
      ),
      ['pixel_format', 'nothing_to_do'],
    ),
    picture('anamorphic', 'anamorphic, 16:11 (MKV)', 'mkv', filtered('setsar=16/11')),
    picture('anamorphic-mp4', 'anamorphic, 4:3 (MP4)', 'mp4', filtered('setsar=4/3')),
    picture(
      'anamorphic-narrow',
      'anamorphic, 8:9, MPEG-2 (MPG)',
      'mpg',
      clip(
        '-vf',
        'scale=320:214,setsar=8/9',
        '-c:v',
        'mpeg2video',
        '-q:v',
        '2',
        '-r',
        '25',
        ...AC3,
        '-f',
        'vob',
      ),
    ),
    picture('turned-90', 'to be turned by 90 degrees (MP4)', 'mp4', turned(90)),
    picture('turned-180', 'to be turned by 180 degrees (MP4)', 'mp4', turned(180)),
    picture('turned-270', 'to be turned by 270 degrees (MP4)', 'mp4', turned(270)),
    picture(
      'interlaced-tff',
      'interlaced, top field first, MPEG-2 (MPG)',
      'mpg',
      longClip(
        '-vf',
        fields('interleave_top'),
        ...INTERLACED,
        '-top',
        '1',
        '-c:v',
        'mpeg2video',
        '-q:v',
        '2',
        ...AC3,
        '-f',
        'vob',
      ),
    ),
    picture(
      'interlaced-bff',
      'interlaced, bottom field first, MPEG-2 (TS)',
      'ts',
      longClip(
        '-vf',
        fields('interleave_bottom'),
        ...INTERLACED,
        '-top',
        '0',
        '-c:v',
        'mpeg2video',
        '-q:v',
        '2',
        ...AC3,
      ),
    ),
    picture(
      'interlaced-h264',
      'interlaced, top field first, H.264 (MKV)',
      'mkv',
      longClip('-vf', fields('interleave_top'), '-r', '25', ...X264, '-x264-params', 'tff=1', ...AC3),
    ),
    picture(
      'interlaced-h264-bff',
      'interlaced, bottom field first, H.264 (MP4)',
      'mp4',
      longClip('-vf', fields('interleave_bottom'), '-r', '25', ...X264, '-x264-params', 'bff=1', ...AC3),
    ),
    picture(
      'telecined',
      'film at 24 frames stretched to 30 (3:2 pulldown), MPEG-2 (MKV)',
      'mkv',
      longClip(
        '-vf',
        'fps=24000/1001,telecine=pattern=23',
        '-r',
        '30000/1001',
        '-flags',
        '+ildct+ilme',
        '-top',
        '1',
        '-c:v',
        'mpeg2video',
        '-q:v',
        '2',
        ...AC3,
      ),
      ['telecined', 'nothing_to_do'],
    ),
    picture(
      'variable',
      'variable frame rate (MKV)',
      'mkv',
      filtered("select='not(eq(mod(n,7),3))'", ...VARIABLE),
    ),
    picture(
      'variable-mp4',
      'variable frame rate (MP4)',
      'mp4',
      filtered("select='not(eq(mod(n,5),3))'", ...VARIABLE),
    ),
    picture('fps-60', '59.94 frames a second (MP4)', 'mp4', filtered('fps=60000/1001')),
    picture('fps-120', '120 frames a second (MKV)', 'mkv', filtered('fps=120')),
    picture('fps-5', '5 frames a second (MKV)', 'mkv', longClip('-vf', 'fps=5', ...X264, ...AC3)),
    picture(
      'bt709',
      'signalled as BT.709, limited range (MP4)',
      'mp4',
      clip(...X264, ...colors('bt709', 'bt709', 'bt709', 'tv'), ...AC3),
    ),
    picture(
      'bt601',
      'signalled as NTSC (MKV)',
      'mkv',
      clip(...X264, ...colors('smpte170m', 'smpte170m', 'smpte170m', 'tv'), ...AC3),
    ),
    picture(
      'pal',
      'signalled as PAL (MKV)',
      'mkv',
      clip(...X264, ...colors('bt470bg', 'gamma28', 'bt470bg', 'tv'), ...AC3),
    ),
    picture('full-range', 'full range (MKV)', 'mkv', clip('-pix_fmt', 'yuvj420p', ...X264, ...AC3)),
    picture(
      'hdr10',
      'HDR10: PQ, mastering display, light levels (MKV)',
      'mkv',
      clip(...x265('transfer=smpte2084', DISPLAY, 'max-cll=1000,400'), ...AC3),
    ),
    picture(
      'hdr10-mp4',
      'HDR10 (MP4)',
      'mp4',
      clip(...x265('transfer=smpte2084', DISPLAY, 'max-cll=1000,400'), ...AC3),
    ),
    picture(
      'hdr10-display',
      'HDR10 with a mastering display and no light levels (MKV)',
      'mkv',
      clip(...x265('transfer=smpte2084', DISPLAY), ...AC3),
    ),
    picture('pq', 'PQ with neither (MKV)', 'mkv', clip(...x265('transfer=smpte2084'), ...AC3)),
    picture('hlg', 'HLG (MKV)', 'mkv', clip(...x265('transfer=arib-std-b67'), ...AC3)),
    picture('hlg-ts', 'HLG (TS)', 'ts', clip(...x265('transfer=arib-std-b67'), ...AC3)),
    picture('dolby-vision-5', 'Dolby Vision profile 5, by its record (MP4)', 'mp4', dolbyVision(5), [
      'dolby_vision',
      'encoded',
    ]),
    picture('dolby-vision-8', 'Dolby Vision profile 8.1, by its record (MP4)', 'mp4', dolbyVision(8), [
      'dolby_vision',
      'encoded',
    ]),
    ...(hasProfile7
      ? [
          picture('dolby-vision-7', 'Dolby Vision profile 7, of a disc (MKV)', 'mkv', profile7, [
            'dolby_vision',
            'nothing_to_do',
          ]),
        ]
      : []),
    picture(
      'tiny',
      '32x32 (MP4)',
      'mp4',
      clip('-vf', 'scale=32:32', ...X264, '-strict', '-2', '-c:a', 'flac'),
      ['picture_size', 'encoded'],
    ),
    picture('real', 'MPEG-2 720x405 of a camera (MPG)', 'mpg', (file) =>
      ffmpeg('-t', '1', '-i', REAL.city, '-c', 'copy', '-f', 'vob', file),
    ),
  ],
  missing: [
    ...(hasProfile7
      ? []
      : [
          {
            what: 'Dolby Vision profile 7',
            why: 'no free encoder; BOILARR_DOLBY_VISION_SAMPLES may name a folder with p7_with_ac3.mkv.',
          },
        ]),
    {
      what: 'Dolby Vision with RPUs in the picture',
      why: 'no free encoder; 5 and 8.1 are told by the record in the MP4, which is what a probe reads.',
    },
    { what: 'HDR10+', why: 'the x265 of Debian 12 is built without it.' },
    { what: '3D (MVC)', why: 'no encoder.' },
  ],
};

function colors(primaries: string, transfer: string, matrix: string, range: string): string[] {
  return [
    '-color_primaries',
    primaries,
    '-color_trc',
    transfer,
    '-colorspace',
    matrix,
    '-color_range',
    range,
  ];
}
