import fc from 'fast-check';

/** ffprobe's documents as it might print them for any file at all: odd, contradictory, hostile, and now and then good. */

const number = fc.oneof(fc.nat(8000).map(String), fc.nat(8000), fc.constant('N/A'));
const rate = fc.constantFrom('24/1', '24000/1001', '50/1', '1000/1', '90000/1', '0/0', '30/1', 'x');
const flag = fc.constantFrom(0, 0, 0, 1);
const words = fc.oneof(
  fc.string(),
  fc.constantFrom('ger', 'eng', 'und', 'pt-BR', 'Commentary', 'a"b\\c=d:e', '-x', '@y'),
);

const sideData = fc.oneof(
  fc.record({
    side_data_type: fc.constant('Display Matrix'),
    rotation: fc.constantFrom(-90, 90, 180, 0, 33),
  }),
  fc.record({
    side_data_type: fc.constant('DOVI configuration record'),
    dv_profile: fc.constantFrom(4, 5, 7, 8, 10),
    dv_bl_signal_compatibility_id: fc.constantFrom(0, 1, 2, 4, 6),
    rpu_present_flag: flag,
  }),
  fc.record({
    side_data_type: fc.constant('Mastering display metadata'),
    ...{ red_x: fc.constant('34000/50000'), red_y: fc.constantFrom('16000/50000', '0/0') },
    ...{
      max_luminance: fc.constantFrom('10000000/10000', '0/0'),
      min_luminance: fc.constantFrom('50/10000', '0/1'),
    },
  }),
  fc.record({
    side_data_type: fc.constant('Content light level metadata'),
    max_content: fc.nat(9999),
    max_average: fc.nat(9999),
  }),
  fc.record({
    side_data_type: fc.constantFrom(
      'HDR Dynamic Metadata SMPTE2094-40 (HDR10+)',
      'ATSC A53 Part 4 Closed Captions',
    ),
  }),
);

const common = {
  disposition: fc.record({
    ...{ default: flag, forced: flag, comment: flag, attached_pic: flag },
    ...{ hearing_impaired: flag, visual_impaired: flag, original: flag },
  }),
  tags: fc.dictionary(
    fc.constantFrom('language', 'title', 'BPS', 'rotate', 'filename', 'mimetype', 'alpha_mode', '__proto__'),
    words,
  ),
  bit_rate: fc.oneof(number, fc.constantFrom('8000000', '96000')),
  start_time: fc.constantFrom('0.0', '1.4', '-0.02', 'N/A', undefined),
};

const video = fc.record({
  ...common,
  codec_type: fc.constant('video'),
  codec_name: fc.constantFrom(
    'h264',
    'hevc',
    'av1',
    'mpeg2video',
    'vp9',
    'rv40',
    'prores',
    'mjpeg',
    undefined,
  ),
  width: fc.oneof(number, fc.constantFrom(1920, 161, 3840)),
  height: fc.oneof(number, fc.constantFrom(1080, 91, 1600)),
  pix_fmt: fc.constantFrom(
    'yuv420p',
    'yuv420p10le',
    'yuvj420p',
    'yuv422p',
    'gbrp',
    'yuva420p',
    'gray',
    undefined,
  ),
  field_order: fc.constantFrom('progressive', 'tt', 'bb', undefined),
  closed_captions: flag,
  r_frame_rate: rate,
  avg_frame_rate: rate,
  sample_aspect_ratio: fc.constantFrom('1:1', '64:45', '1:100', '0:1'),
  color_range: fc.constantFrom('pc', 'tv', undefined),
  chroma_location: fc.constantFrom('left', 'center', 'bottom', 'unspecified', undefined),
  color_space: fc.constantFrom('bt2020nc', 'bt709', 'gbr', undefined),
  color_primaries: fc.constantFrom('bt709', 'bt2020', 'toString', undefined),
  color_transfer: fc.constantFrom('smpte2084', 'arib-std-b67', 'bt709', undefined),
  side_data_list: fc.array(sideData, { maxLength: 3 }),
});

const audio = fc.record({
  ...common,
  codec_type: fc.constant('audio'),
  codec_name: fc.constantFrom('ac3', 'truehd', 'dts', 'aac', 'opus', 'flac', 'pcm_s16le', 'speex', undefined),
  profile: fc.constantFrom('LC', 'DTS-HD MA', 'Dolby TrueHD + Dolby Atmos', undefined),
  channels: fc.nat(10),
  channel_layout: fc.constantFrom(
    'mono',
    'stereo',
    '2.1',
    '5.1',
    '5.1(side)',
    '6.1',
    '7.1',
    '22.2',
    'toString',
    undefined,
  ),
  sample_rate: number,
});

const subtitle = fc.record({
  ...common,
  codec_type: fc.constant('subtitle'),
  codec_name: fc.constantFrom(
    'subrip',
    'ass',
    'mov_text',
    'webvtt',
    'hdmv_pgs_subtitle',
    'dvd_subtitle',
    'dvb_teletext',
    undefined,
  ),
});

const other = fc.record({
  ...common,
  codec_type: fc.constantFrom('attachment', 'data', undefined),
  codec_name: fc.constantFrom('ttf', 'bin_data', undefined),
  extradata_size: number,
});

/** A picture that nothing is to be said against, or every answer would be a refusal. */
const GOOD = {
  ...{ codec_type: 'video', codec_name: 'h264', width: 1920, height: 1080, pix_fmt: 'yuv420p' },
  ...{ r_frame_rate: '24/1', avg_frame_rate: '24/1', closed_captions: 0, side_data_list: [] },
};
/** What discs, services and telephones say of their Dolby Vision, and of the picture below it. */
const dolbyVision = fc
  .constantFrom(
    [4, 2, 'bt709'],
    [5, 0, undefined],
    [7, 6, 'smpte2084'],
    [7, 6, 'smpte2084'],
    [8, 1, 'smpte2084'],
    [8, 4, 'arib-std-b67'],
    [8, 2, 'bt709'],
  )
  .map(([profile, compatibility, transfer]) => ({
    ...{ codec_name: 'hevc', pix_fmt: 'yuv420p10le', width: 3840, height: 2160, color_transfer: transfer },
    ...{ color_primaries: 'bt2020', color_space: 'bt2020nc', bit_rate: '60000000' },
    side_data_list: [
      {
        side_data_type: 'DOVI configuration record',
        ...{ dv_profile: profile, dv_bl_signal_compatibility_id: compatibility },
        ...{ rpu_present_flag: 1, bl_present_flag: 1, el_present_flag: profile === 7 ? 1 : 0 },
      },
    ],
  }));

const rest = fc.array(fc.oneof(audio, audio, subtitle, other), { maxLength: 7 });
const filmOf = (special: fc.Arbitrary<object>) =>
  fc
    .tuple(video, rest, special)
    .map(([picture, others, more]) => [
      { ...picture, ...GOOD, ...more, disposition: { ...picture.disposition, attached_pic: 0 }, tags: {} },
      ...others,
    ]);
const film = filmOf(fc.constant({}));

const documentOf = (streams: fc.Arbitrary<object[]>) =>
  fc.record({
    format: fc.record({
      format_name: fc.constantFrom(
        'matroska,webm',
        'mov,mp4,m4a,3gp,3g2,mj2',
        'mpegts',
        'mpeg',
        'avi',
        'flv',
        'hevc',
        '',
      ),
      size: fc.oneof(number, ...Array.from({ length: 3 }, () => fc.constant('6500000000'))),
      duration: fc.oneof(number, ...Array.from({ length: 3 }, () => fc.constant('6000.5'))),
      start_time: fc.constantFrom('0.0', '1.4', '-0.02', undefined),
      tags: fc.dictionary(
        fc.constantFrom('title', 'artist', 'creation_time'),
        fc.oneof(words, fc.constant('2012-06-01T12:30:15Z')),
      ),
    }),
    streams: streams.map((list) => list.map((entry, index) => ({ ...entry, index }))),
    chapters: fc.array(
      fc.record({ start_time: number, end_time: number, tags: fc.dictionary(fc.constant('title'), words) }),
      { maxLength: 3 },
    ),
  });

export const anyDocument = documentOf(
  fc.oneof(fc.array(fc.oneof(video, audio, subtitle, other), { maxLength: 8 }), film, film, film),
);

/** Films with Dolby Vision of every kind. */
export const dolbyVisionDocument = documentOf(filmOf(dolbyVision));
