import { describe, expect, it } from 'vitest';
import { mediaInfo, videoStream } from '../../media/media-info.fixture.js';
import type { VideoStream } from '../../media/media-info.js';
import type { VideoEncode } from '../../plan/plan.types.js';
import { convertArgs, extractRpuArgs, infoArgs, injectRpuArgs } from './dovi-tool-args.js';
import { rawVideoArgs } from './raw-video-args.js';
import { rpuUnitsArgs } from './rpu-units-args.js';
import { x265CommandArgs, type X265CommandInput } from './x265-command-args.js';
import { y4mArgs } from './y4m-args.js';

const VIDEO: VideoEncode = {
  codec: 'hevc',
  encoder: 'software',
  fallback: 'software',
  quality: { crf: 18 },
  preset: 6,
  tune: 'default',
  parameters: {},
  filmGrain: 0,
  filmGrainDenoise: false,
  pixelFormat: 'yuv420p10le',
  keyframeInterval: 240,
  filters: [],
  framesPerFrame: 1,
  width: 3840,
  height: 2160,
};

const HDR10 = videoStream({
  ...{ codec: 'hevc', width: 3840, height: 2160, pixelFormat: 'yuv420p10le', bitDepth: 10 },
  frameRate: { numerator: 24_000, denominator: 1001 },
  averageFrameRate: { numerator: 24_000, denominator: 1001 },
  color: {
    ...{ range: 'tv', space: 'bt2020nc', transfer: 'smpte2084', primaries: 'bt2020' },
    chromaLocation: 'topleft',
  },
  hdr: {
    ...{ format: 'hdr10', dolbyVision: null, hdr10Plus: false },
    masteringDisplay: {
      ...{ red: [0.708, 0.292], green: [0.17, 0.797], blue: [0.131, 0.046] },
      ...{ whitePoint: [0.3127, 0.329], maxLuminance: 1000, minLuminance: 0.0001 },
    },
    contentLight: { maxContent: 1000, maxAverage: 400 },
  },
});
const HLG = videoStream({
  ...HDR10,
  color: { ...HDR10.color, transfer: 'arib-std-b67', chromaLocation: 'left' },
  hdr: { ...HDR10.hdr, format: 'hlg', masteringDisplay: null, contentLight: null },
});

describe('ffmpeg', () => {
  it('takes one stream out as it is', () => {
    const args = rawVideoArgs({ source: '-a film.mkv', index: 3, output: '/w/p7.hevc' }).join(' ');
    expect(args).toContain('-progress pipe:1');
    expect(args).toContain('-i file:-a film.mkv -map 0:3');
    expect(args).toMatch(/-c copy -bsf:v hevc_mp4toannexb -f hevc file:\/w\/p7\.hevc$/);
  });

  it('keeps its progress out of a stream that goes to the next program', () => {
    const args = rawVideoArgs({ source: 'a', index: 0, output: '-' }).join(' ');
    expect(args).toContain('-progress pipe:2');
    expect(args).toMatch(/-f hevc pipe:1$/);
  });

  it('gives metadata and its times, from the same packets', () => {
    const args = rpuUnitsArgs({ source: 'a', index: 1, units: 'u', times: 't' });
    expect(args.filter((arg) => arg === '0:1')).toHaveLength(2);
    expect(args.filter((arg) => arg.endsWith('filter_units=pass_types=62'))).toHaveLength(2);
    expect(args.join(' ')).toMatch(/-copyts -i file:a .* -f hevc file:u .* -f framecrc file:t$/);
  });

  it.each([
    [
      'plain',
      {},
      0,
      /-fps_mode passthrough -enc_time_base 1\/24 -vf settb=1\/24,setpts=N -pix_fmt yuv420p10le -strict -1 /,
    ],
    ['8 bits', { pixelFormat: 'yuv420p' }, 0, /-pix_fmt yuv420p /],
    [
      'filters',
      { filters: ['bwdif=deint=all', 'crop=8:8'] },
      0,
      /-vf bwdif=deint=all,crop=8:8,settb=\S+,setpts=N -pix_fmt/,
    ],
    ['threads', {}, 3, /^-filter_threads 3 .*-threads 3 -i file:a/],
  ] as const)('decodes for another program: %s', (_name, video, threads, wanted) => {
    const stream = videoStream();
    const args = y4mArgs({
      ...{ source: 'a', info: mediaInfo([stream]), stream, threads },
      video: { ...VIDEO, ...video, filters: [...('filters' in video ? video.filters : [])] },
    }).join(' ');
    expect(args).toMatch(wanted);
    expect(args).toMatch(/-f yuv4mpegpipe pipe:1$/);
    expect(args).not.toContain('-progress');
  });
});

describe('dovi_tool', () => {
  it.each([
    [convertArgs({ input: 'a', output: 'b' }), '--mode 2 convert --discard --input a --output b'],
    [
      extractRpuArgs({ input: '-', output: 'b', toProfile81: true }),
      '--mode 2 extract-rpu --input - --rpu-out b',
    ],
    [extractRpuArgs({ input: 'a', output: 'b', toProfile81: false }), 'extract-rpu --input a --rpu-out b'],
    [injectRpuArgs({ video: 'v', rpu: 'r', output: 'o' }), 'inject-rpu --input v --rpu-in r --output o'],
    [infoArgs('r'), 'info --summary --input r'],
  ])('is told %j', (args, wanted) => {
    expect(args.join(' ')).toBe(wanted);
  });
});

function told(special: Partial<X265CommandInput> & { encode?: Partial<VideoEncode> } = {}): string {
  const { encode, ...rest } = special;
  const input = { stream: HDR10, output: 'o', frames: 259, threads: 0, maximumBitRate: 0, dolbyVision: null };
  return ` ${x265CommandArgs({ ...input, ...rest, video: { ...VIDEO, ...encode } }).join(' ')} `;
}

describe('x265', () => {
  it('is told all of HDR10', () => {
    expect(told().trim()).toBe(
      '--y4m --input - --output o --log-level info --output-depth 10 --profile main10 --preset slow --crf 18 ' +
        '--vbv-maxrate 160000 --vbv-bufsize 160000 --fps 24000/1001 --frames 259 --keyint 240 ' +
        '--repeat-headers --aud --hrd --colorprim 9 --transfer 16 --colormatrix 9 --range limited --chromaloc 2 ' +
        '--hdr10 --master-display G(8500,39850)B(6550,2300)R(35400,14600)WP(15635,16450)L(10000000,1) --max-cll 1000,400',
    );
  });

  const color = (special: Partial<VideoStream['color']>) => ({
    stream: videoStream({ ...HDR10, color: { ...HDR10.color, ...special } }),
  });
  it.each<[string, Parameters<typeof told>[0], string[], string[]]>([
    [
      'HLG',
      { stream: HLG },
      ['--transfer 18', '--chromaloc 0'],
      ['--hdr10', '--master-display', '--max-cll'],
    ],
    [
      'an unmarked picture',
      { stream: videoStream(), encode: { pixelFormat: 'yuv420p' } },
      ['--output-depth 8', '--profile main', '--vbv-maxrate 160000'],
      ['--colorprim', '--transfer', '--colormatrix', '--range', '--chromaloc', '--hdr10'],
    ],
    [
      'a small picture',
      { encode: { width: 1920, height: 1080 } },
      ['--vbv-maxrate 50000 --vbv-bufsize 50000'],
      [],
    ],
    ['a limit', { maximumBitRate: 40_000 }, ['--vbv-maxrate 40000 --vbv-bufsize 40000'], ['160000']],
    ['no count', { frames: null }, [], ['--frames']],
    ['threads', { threads: 4 }, ['--pools 4'], []],
    [
      'an average',
      { encode: { quality: { bitRate: 9000 } } },
      ['--bitrate 9000', '--vbv-maxrate'],
      ['--crf'],
    ],
    ['a tune', { encode: { tune: 'grain' } }, ['--tune grain'], []],
    ['the fastest', { encode: { preset: 13 } }, ['--preset ultrafast'], []],
    [
      'parameters',
      { encode: { parameters: { 'aq-mode': 3, sao: 0, deblock: '-1,-1' } } },
      ['--aq-mode 3', '--no-sao', '--deblock -1,-1'],
      ['--sao'],
    ],
    ['a parameter that is on', { encode: { parameters: { sao: 1 } } }, ['--sao'], ['--sao 1']],
    ['a full range', color({ range: 'pc' }), ['--range full'], []],
    ['primaries that it does not know', color({ primaries: 'ebu3213' }), ['--transfer 16'], ['--colorprim']],
    [
      'names that nobody knows',
      color({ primaries: 'toString', chromaLocation: 'valueOf' }),
      [],
      ['--colorprim', '--chromaloc'],
    ],
    ['chroma that is reduced', { stream: videoStream({ ...HDR10, chroma: '444' }) }, [], ['--chromaloc']],
    ['fields that become frames', { encode: { framesPerFrame: 2 } }, ['--fps 48000/1001'], []],
    [
      'metadata to write itself',
      { dolbyVision: { profile: '8.1', rpu: 'r.bin' } },
      ['--dolby-vision-profile 8.1 --dolby-vision-rpu r.bin', '--hrd', '--vbv-bufsize', '--master-display'],
      [],
    ],
  ])('is told of %s', (_name, input, has, lacks) => {
    const args = told(input);
    for (const part of has) expect(args).toContain(` ${part} `);
    for (const part of lacks) expect(args).not.toContain(` ${part} `);
  });
});
