import { AC3, clip, X264 } from './clips.ts';
import type { Expectation, Group, Source } from './source.ts';

type Expected = readonly [Expectation, Expectation];
const ENCODED: Expected = ['encoded', 'encoded'];
/** Matroska already: there is nothing that a remux could change. */
const IN_MATROSKA: Expected = ['encoded', 'nothing_to_do'];

function video(
  id: string,
  description: string,
  extension: string,
  args: string[],
  expected = ENCODED,
): Source {
  return { id, description, extension, make: clip(...args), expected };
}

const X265 = ['-c:v', 'libx265', '-preset', 'ultrafast', '-x265-params', 'log-level=0:qp=10'];
const MP3 = ['-c:a', 'libmp3lame', '-ac', '2', '-b:a', '320k'];

export const VIDEO_CODECS: Group = {
  heading: 'Video codecs',
  sources: [
    video('h264', 'H.264, 8 bit, AC-3 (MKV)', 'mkv', [...X264, ...AC3], IN_MATROSKA),
    video(
      'h264-10',
      'H.264, 10 bit, AC-3 (MKV)',
      'mkv',
      ['-pix_fmt', 'yuv420p10le', ...X264, ...AC3],
      IN_MATROSKA,
    ),
    video('h264-lossless', 'H.264, lossless, AC-3 (MP4)', 'mp4', ['-c:v', 'libx264', '-qp', '0', ...AC3]),
    video('hevc', 'HEVC, 8 bit, AC-3 (MP4, hvc1)', 'mp4', [...X265, '-tag:v', 'hvc1', ...AC3]),
    video(
      'hevc-10',
      'HEVC, 10 bit, AC-3 (MKV)',
      'mkv',
      ['-pix_fmt', 'yuv420p10le', ...X265, ...AC3],
      IN_MATROSKA,
    ),
    video('mpeg1', 'MPEG-1, MP2 (MPG)', 'mpg', [
      ...['-c:v', 'mpeg1video', '-q:v', '2', '-r', '25', '-c:a', 'mp2', '-ac', '2', '-b:a', '384k'],
    ]),
    video(
      'mpeg2',
      'MPEG-2, AC-3 (MKV)',
      'mkv',
      ['-c:v', 'mpeg2video', '-q:v', '2', '-bf', '2', ...AC3],
      IN_MATROSKA,
    ),
    video('divx', 'MPEG-4, tag DX50, MP3 (AVI)', 'avi', [
      '-c:v',
      'mpeg4',
      '-q:v',
      '2',
      '-vtag',
      'DX50',
      ...MP3,
    ]),
    video('xvid', 'MPEG-4 with B-frames, tag XVID, MP3 (AVI)', 'avi', [
      ...['-c:v', 'mpeg4', '-q:v', '2', '-bf', '2', '-vtag', 'XVID', ...MP3],
    ]),
    video('divx3', 'MS-MPEG-4 v3, tag DIV3, MP3 (AVI)', 'avi', ['-c:v', 'msmpeg4', '-q:v', '2', ...MP3]),
    video('msmpeg4v2', 'MS-MPEG-4 v2, tag MP42, MP3 (AVI)', 'avi', [
      '-c:v',
      'msmpeg4v2',
      '-q:v',
      '2',
      ...MP3,
    ]),
    video('wmv1', 'WMV 7, WMA (WMV)', 'wmv', [
      '-c:v',
      'wmv1',
      '-q:v',
      '2',
      '-c:a',
      'wmav2',
      '-ac',
      '2',
      '-b:a',
      '192k',
    ]),
    video('wmv2', 'WMV 8, WMA (WMV)', 'wmv', [
      '-c:v',
      'wmv2',
      '-q:v',
      '2',
      '-c:a',
      'wmav2',
      '-ac',
      '2',
      '-b:a',
      '192k',
    ]),
    video(
      'vp8',
      'VP8, Vorbis (WebM)',
      'webm',
      [
        ...['-c:v', 'libvpx', '-crf', '4', '-b:v', '8M', '-auto-alt-ref', '1', '-lag-in-frames', '16'],
        ...['-deadline', 'realtime', '-cpu-used', '8', '-c:a', 'libvorbis', '-ac', '2', '-q:a', '9'],
      ],
      IN_MATROSKA,
    ),
    video(
      'vp9',
      'VP9, Opus (WebM)',
      'webm',
      [
        ...['-c:v', 'libvpx-vp9', '-crf', '8', '-b:v', '0', '-deadline', 'realtime', '-cpu-used', '8'],
        ...['-c:a', 'libopus', '-ac', '2', '-b:a', '256k'],
      ],
      IN_MATROSKA,
    ),
    video(
      'vp9-10',
      'VP9 profile 2, 10 bit, Opus (WebM)',
      'webm',
      [
        ...[
          '-c:v',
          'libvpx-vp9',
          '-pix_fmt',
          'yuv420p10le',
          '-crf',
          '8',
          '-b:v',
          '0',
          '-deadline',
          'realtime',
        ],
        ...['-cpu-used', '8', '-c:a', 'libopus', '-ac', '2', '-b:a', '256k'],
      ],
      IN_MATROSKA,
    ),
    video(
      'av1',
      'AV1, Opus (MKV)',
      'mkv',
      [...['-c:v', 'libsvtav1', '-preset', '12', '-crf', '20', '-c:a', 'libopus', '-ac', '2']],
      ['good_codec', 'nothing_to_do'],
    ),
    video(
      'av1-mp4',
      'AV1, AAC (MP4)',
      'mp4',
      [...['-c:v', 'libsvtav1', '-preset', '12', '-crf', '2', '-c:a', 'aac', '-ac', '2', '-b:a', '320k']],
      ['expected_saving', 'encoded'],
    ),
    video('theora', 'Theora, Vorbis (OGV)', 'ogv', [
      ...['-c:v', 'libtheora', '-q:v', '10', '-c:a', 'libvorbis', '-ac', '2', '-q:a', '9'],
    ]),
    video('flv1', 'Sorenson H.263 (FLV1), MP3 (FLV)', 'flv', [
      '-c:v',
      'flv',
      '-q:v',
      '2',
      '-ar',
      '44100',
      ...MP3,
    ]),
    video('h263', 'H.263, AAC (3GP)', '3gp', [
      ...['-vf', 'scale=352:288', '-c:v', 'h263', '-q:v', '2', '-c:a', 'aac', '-ac', '1', '-b:a', '192k'],
    ]),
    video(
      'rv20',
      'RealVideo 2, AC-3 (RM)',
      'rm',
      ['-c:v', 'rv20', '-q:v', '2', ...AC3],
      ['encoded', 'codec_does_not_fit'],
    ),
    video('mjpeg', 'Motion JPEG, PCM (AVI)', 'avi', [
      '-c:v',
      'mjpeg',
      '-pix_fmt',
      'yuvj420p',
      '-q:v',
      '3',
      '-c:a',
      'pcm_s16le',
      '-ac',
      '2',
    ]),
    video('svq1', 'Sorenson Video 1, AAC (MOV)', 'mov', [
      ...['-vf', 'scale=320:176', '-c:v', 'svq1', '-q:v', '2', '-c:a', 'aac', '-ac', '2', '-b:a', '256k'],
    ]),
    video(
      'cinepak',
      'Cinepak, PCM (AVI)',
      'avi',
      ['-vf', 'scale=160:92', '-c:v', 'cinepak', '-c:a', 'pcm_u8', '-ac', '1'],
      ['pixel_format', 'encoded'],
    ),
    video(
      'prores',
      'ProRes 422, 10 bit, PCM (MOV)',
      'mov',
      [
        ...[
          '-c:v',
          'prores_ks',
          '-profile:v',
          '2',
          '-pix_fmt',
          'yuv422p10le',
          '-c:a',
          'pcm_s24le',
          '-ac',
          '2',
        ],
      ],
      ['pixel_format', 'encoded'],
    ),
    video(
      'dnxhr',
      'DNxHR HQ, 4:2:2, PCM (MOV)',
      'mov',
      [
        ...[
          '-c:v',
          'dnxhd',
          '-profile:v',
          'dnxhr_hq',
          '-pix_fmt',
          'yuv422p',
          '-c:a',
          'pcm_s16le',
          '-ac',
          '2',
        ],
      ],
      ['pixel_format', 'encoded'],
    ),
    video('dv', 'DV, 4:2:0, PCM (AVI)', 'avi', [
      ...['-t', '0.4', '-vf', 'scale=720:576,fps=25,setsar=16/15', '-c:v', 'dvvideo', '-pix_fmt', 'yuv420p'],
      ...['-flags', '+ildct', '-c:a', 'pcm_s16le', '-ac', '2'],
    ]),
    video('ffv1', 'FFV1, FLAC (MKV)', 'mkv', ['-c:v', 'ffv1', '-c:a', 'flac', '-ac', '2'], IN_MATROSKA),
    video(
      'huffyuv',
      'HuffYUV, 4:2:2, PCM (AVI)',
      'avi',
      [...['-c:v', 'huffyuv', '-pix_fmt', 'yuv422p', '-c:a', 'pcm_s16le', '-ac', '2']],
      ['pixel_format', 'encoded'],
    ),
    video('utvideo', 'Ut Video, 4:2:0, PCM (AVI)', 'avi', [
      '-c:v',
      'utvideo',
      '-c:a',
      'pcm_s16le',
      '-ac',
      '2',
    ]),
    video('raw', 'Uncompressed 4:2:0, PCM (AVI)', 'avi', [
      '-t',
      '0.5',
      '-c:v',
      'rawvideo',
      '-c:a',
      'pcm_s16le',
      '-ac',
      '2',
    ]),
  ],
  missing: [
    { what: 'VC-1 (WMV 9)', why: 'ffmpeg has a decoder only. WMV 7 and 8 go the same way.' },
    { what: 'RealVideo 3 and 4', why: 'ffmpeg has decoders only.' },
    { what: 'VVC (H.266)', why: 'the ffmpeg of Debian 12 has neither encoder nor decoder.' },
  ],
};
