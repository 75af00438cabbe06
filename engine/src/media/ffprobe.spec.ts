import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hasUnseenPicture, MediaParseError, PacketMeter, parseFfprobe } from './ffprobe.js';
import { facts } from './facts.js';
import { streamsOf, type VideoStream } from './media-info.js';
import { readPixelFormat } from './pixel-format.js';
import { withMeasurements } from './with-measurements.js';

function video(fields: Record<string, unknown>, frames: unknown[] = []): VideoStream {
  const stream = { index: 0, codec_type: 'video', codec_name: 'hevc', width: 64, height: 64, ...fields };
  return streamsOf(
    parseFfprobe({ format: { format_name: 'matroska,webm' }, streams: [stream], frames }),
    'video',
  )[0]!;
}

const VIDEO = { index: 0, codec_type: 'video', codec_name: 'h264' };
const FRAME = { media_type: 'video', stream_index: 0 };

describe('parseFfprobe', () => {
  it.each([null, 1, 'text', [], {}, { streams: [] }, { format: 'x' }])(
    'refuses %j with a clear message',
    (json) => {
      expect(() => parseFfprobe(json)).toThrow(MediaParseError);
      expect(() => parseFfprobe(json)).toThrow(/ffprobe/);
    },
  );

  it('never throws for anything else, and never invents an index twice', () => {
    const stream = fc.record(
      {
        index: fc.oneof(fc.nat(5), fc.string()),
        codec_type: fc.oneof(
          fc.constantFrom('video', 'audio', 'subtitle', 'attachment', 'data'),
          fc.anything(),
        ),
        codec_name: fc.anything(),
        pix_fmt: fc.anything(),
        r_frame_rate: fc.anything(),
        tags: fc.anything(),
        disposition: fc.anything(),
        side_data_list: fc.anything(),
        width: fc.anything(),
        channel_layout: fc.anything(),
      },
      { requiredKeys: [] },
    );
    const document = fc.record({
      format: fc.dictionary(fc.string(), fc.anything()),
      streams: fc.array(fc.oneof(stream, fc.anything())),
      chapters: fc.anything(),
    });
    fc.assert(
      fc.property(document, (json) => {
        const indexes = parseFfprobe(json).streams.map(({ index }) => index);
        expect(new Set(indexes).size).toBe(indexes.length);
      }),
    );
  });

  it.each<[string, Record<string, unknown>, Partial<VideoStream>]>([
    [
      'the display matrix',
      { side_data_list: [{ side_data_type: 'Display Matrix', rotation: -90 }] },
      { rotation: 90 },
    ],
    ['the old rotate tag', { tags: { rotate: '270' } }, { rotation: 270 }],
    ['the field order', { field_order: 'tt' }, { fieldOrder: 'interlaced' }],
    ['a variable rate', { r_frame_rate: '60/1', avg_frame_rate: '45/1' }, { variableFrameRate: true }],
    [
      'fields counted as frames',
      { r_frame_rate: '50/1', avg_frame_rate: '25/1' },
      { variableFrameRate: false },
    ],
    ['milliseconds', { r_frame_rate: '24000/1001', avg_frame_rate: '24/1' }, { variableFrameRate: false }],
    [
      'rates nobody knows',
      { r_frame_rate: '0/0', avg_frame_rate: '0/0' },
      { frameRate: null, variableFrameRate: false },
    ],
    ['statistics tags', { tags: { 'BPS-eng': '1234' } }, { bitRate: 1234 }],
    ['no language', { tags: { LANGUAGE: 'und' } }, { language: null }],
    [
      'the shape of pixels',
      { sample_aspect_ratio: '64:45' },
      { sampleAspectRatio: { numerator: 64, denominator: 45 } },
    ],
    [
      'an unknown shape',
      { sample_aspect_ratio: '0:1' },
      { sampleAspectRatio: { numerator: 1, denominator: 1 } },
    ],
  ])('reads %s', (_name, fields, expected) => {
    expect(video(fields)).toMatchObject(expected);
  });

  it('reads HDR from the stream, or from the first frame where only the picture knows', () => {
    const mastering = {
      side_data_type: 'Mastering display metadata',
      red_x: '34000/50000',
      red_y: '16000/50000',
      green_x: '13250/50000',
      green_y: '34500/50000',
      blue_x: '7500/50000',
      blue_y: '3000/50000',
      white_point_x: '15635/50000',
      white_point_y: '16450/50000',
      min_luminance: '0/10000',
      max_luminance: '10000000/10000',
    };
    const light = { side_data_type: 'Content light level metadata', max_content: 1000, max_average: 400 };
    const frame = {
      media_type: 'video',
      stream_index: 0,
      color_transfer: 'smpte2084',
      side_data_list: [mastering, light],
    };
    const inStream = video({ color_transfer: 'smpte2084', side_data_list: [mastering, light] }).hdr;
    expect(inStream).toMatchObject({
      format: 'hdr10',
      contentLight: { maxContent: 1000 },
      masteringDisplay: { red: [0.68, 0.32], maxLuminance: 1000, minLuminance: 0 },
    });
    expect(video({}, [frame]).hdr).toEqual(inStream);
    expect(video({ color_transfer: 'arib-std-b67' }).hdr.format).toBe('hlg');
    expect(video({ color_transfer: 'smpte2084' }).hdr.format).toBe('pq');
    expect(
      video({}, [
        { ...frame, side_data_list: [{ side_data_type: 'HDR Dynamic Metadata SMPTE2094-40 (HDR10+)' }] },
      ]).hdr.hdr10Plus,
    ).toBe(true);
    expect(
      video({}, [{ ...frame, side_data_list: [{ side_data_type: 'Dolby Vision RPU Data' }] }]).hdr
        .dolbyVision,
    ).toMatchObject({ profile: null, rpuPresent: true });
    expect(
      video({
        side_data_list: [{ side_data_type: 'DOVI configuration record', dv_profile: 7, el_present_flag: 1 }],
      }).hdr.dolbyVision,
    ).toMatchObject({ profile: 7, elPresent: true });
  });

  it.each<[string, unknown, boolean]>([
    ['a frame of it was decoded', { format: {}, streams: [VIDEO], frames: [FRAME] }, false],
    ['packets are listed too', { format: {}, streams: [VIDEO], packets_and_frames: [FRAME] }, false],
    [
      'sound came first',
      { format: {}, streams: [VIDEO], frames: [{ media_type: 'audio', stream_index: 1 }] },
      true,
    ],
    ['another picture was', { format: {}, streams: [VIDEO], frames: [{ ...FRAME, stream_index: 1 }] }, true],
    ['it is a cover', { format: {}, streams: [{ ...VIDEO, disposition: { attached_pic: 1 } }] }, false],
    ['no picture', { format: {}, streams: [] }, false],
    ['no document', 7, false],
  ])('looks further for a picture: %s', (_name, json, expected) => {
    expect(hasUnseenPicture(json)).toBe(expected);
  });

  it.each<[string, object, object[], object]>([
    ['an ordinary picture', {}, [], {}],
    [
      '3D',
      { side_data_list: [{ side_data_type: 'Stereo 3D', type: 'side by side' }] },
      [],
      { stereoscopic: true },
    ],
    [
      'no 3D, and said so',
      { side_data_list: [{ side_data_type: 'Stereo 3D', type: '2D' }] },
      [{ side_data_type: 'Stereo 3D' }],
      {},
    ],
    ['3D in the picture alone', {}, [{ side_data_type: 'Stereo 3D' }], { stereoscopic: true }],
    [
      '360°',
      { side_data_list: [{ side_data_type: 'Spherical Mapping', projection: 'equirectangular' }] },
      [],
      { spherical: true },
    ],
    [
      'turned by a projection',
      { side_data_list: [{ side_data_type: 'Spherical Mapping', projection: 'rectilinear' }] },
      [],
      {},
    ],
  ])('knows %s', (_name, stream, sideData, expected) => {
    const { streams } = parseFfprobe({
      format: {},
      streams: [{ index: 0, codec_type: 'video', codec_name: 'h264', ...stream }],
      frames: [{ media_type: 'video', stream_index: 0, side_data_list: sideData }],
    });
    const [video] = streams;
    const found = Object.entries(video ?? {}).filter(
      ([key]) => key === 'stereoscopic' || key === 'spherical',
    );
    expect(Object.fromEntries(found)).toEqual(expected);
  });

  it.each([
    ['eac3', 'DDP 5.1 Atmos', true],
    ['eac3', 'E-AC-3 JOC', true],
    ['eac3', 'Surround', false],
    ['ac3', 'Downmix of the Atmos track', false],
  ])('takes %s named "%s" for sound with objects: %s', (codec, title, expected) => {
    const { streams } = parseFfprobe({
      format: {},
      streams: [{ index: 0, codec_type: 'audio', codec_name: codec, tags: { title } }],
    });
    expect(streams[0]).toMatchObject({ objectBased: expected });
  });

  it('tells covers, attachments and kinds of sound apart', () => {
    const info = parseFfprobe({
      format: { format_name: 'matroska,webm', size: '1000', duration: '2.5', bit_rate: '3200' },
      streams: [
        { index: 0, codec_type: 'video', codec_name: 'mjpeg', disposition: { attached_pic: 1 } },
        { index: 1, codec_type: 'audio', codec_name: 'dts', profile: 'DTS-HD MA + DTS:X', channels: 8 },
        {
          index: 2,
          codec_type: 'attachment',
          extradata_size: 12,
          tags: { filename: 'a.ttf', mimetype: 'font/ttf' },
        },
        { index: 3, codec_type: 'subtitle', codec_name: 'hdmv_pgs_subtitle' },
      ],
      chapters: [{ start_time: '0.000000', end_time: '1.5', tags: { title: 'One' } }],
    });
    expect(info.streams.map(({ kind }) => kind)).toEqual(['cover', 'audio', 'attachment', 'subtitle']);
    expect(info.streams[1]).toMatchObject({ lossless: true, objectBased: true });
    expect(info.streams[2]).toMatchObject({ fileName: 'a.ttf', size: 12 });
    expect(info.streams[3]).toMatchObject({ format: 'bitmap' });
    expect(info.chapters).toEqual([{ startSeconds: 0, endSeconds: 1.5, title: 'One' }]);
    expect(facts(info)).toEqual({
      container: 'matroska',
      videoCodec: null,
      audioCodecs: ['dts'],
      size: 1000,
      bitRate: 3200,
      durationSeconds: 2.5,
    });
  });

  it.each([
    ['yuv420p', 8, '420'],
    ['yuvj420p', 8, '420'],
    ['yuv420p10le', 10, '420'],
    ['yuv422p10le', 10, '422'],
    ['yuv444p12le', 12, '444'],
    ['p010le', 10, '420'],
    ['nv12', 8, '420'],
    ['gray10le', 10, '400'],
    ['gbrp', 8, 'rgb'],
    ['gbrp12le', 12, 'rgb'],
    ['rgb24', 8, 'rgb'],
    ['yuyv422', 8, '422'],
    ['bayer_x', 8, 'unknown'],
  ] as const)('reads %s as %i bits of %s', (name, bitDepth, chroma) => {
    expect(readPixelFormat(name, null)).toMatchObject({ bitDepth, chroma });
  });
});

describe('PacketMeter', () => {
  it('adds up lines as ffprobe prints them, and counts apart what is not shown', () => {
    const meter = new PacketMeter();
    for (const line of [
      '1,-0.021333,-0.021333,0.021333,44,KD,',
      '',
      '0,0.000000,-0.083333,0.041667,1111,K_',
      '0,0.125000,N/A,0.041667,222,__',
      '0,0.083333,0.000000,N/A,212,__',
      '1,0.000000,0.000000,0.021333,50,K_',
      'nonsense',
      '7',
    ])
      meter.push(line);
    expect(meter.result().streams).toEqual([
      {
        index: 0,
        packets: 3,
        discarded: 0,
        bytes: 1545,
        firstSeconds: 0,
        leadSeconds: 0,
        endSeconds: 0.166667,
        gapSeconds: expect.closeTo(0.208333) as number,
      },
      {
        index: 1,
        packets: 1,
        discarded: 1,
        bytes: 94,
        firstSeconds: 0,
        leadSeconds: -0.021333,
        endSeconds: 0.021333,
      },
    ]);
    const info = parseFfprobe({
      format: { duration: '2' },
      streams: [
        { index: 0, codec_type: 'video' },
        { index: 1, codec_type: 'audio', tags: { BPS: '999999' } },
      ],
    });
    const measured = withMeasurements(info, meter.result());
    expect(measured.container.startSeconds).toBe(-0.021333);
    expect(measured.streams.map(({ bitRate }) => bitRate)).toEqual([74_160, 35_251]);
  });
});
