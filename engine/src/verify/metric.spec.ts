import { describe, expect, it } from 'vitest';
import { metricArgs, metricValue } from '../command/metric-args.js';
import { profileSchema, type ProfileInput } from '../profile/schema/index.js';
import { checkMetric, chooseMetric, type MetricName } from './metric.js';

describe('chooseMetric', () => {
  it.each<[string, ProfileInput['verify'], string[], object | null]>([
    ['nothing demanded', {}, ['ssim'], null],
    ['the only one', { minimumSsim: 0.9 }, ['ssim'], { name: 'ssim', minimum: 0.9 }],
    [
      'the best that there is',
      { minimumVmaf: 90, minimumXpsnr: 38, minimumSsim: 0.9 },
      ['ssim', 'xpsnr'],
      { name: 'xpsnr', minimum: 38 },
    ],
    ['VMAF first', { minimumVmaf: 90, minimumSsim: 0.9 }, ['ssim', 'libvmaf'], { name: 'vmaf', minimum: 90 }],
    ['none that there is', { minimumVmaf: 90 }, ['ssim', 'xpsnr'], { code: 'metric_unavailable' }],
  ])('%s', (_name, verify, filters, expected) => {
    const found = chooseMetric(profileSchema.parse({ verify }), filters);
    if (expected === null) expect(found).toBeNull();
    else expect(found).toMatchObject(expected);
  });

  it('says which filter is missing and what to do', () => {
    const found = chooseMetric(profileSchema.parse({ verify: { minimumVmaf: 90 } }), []);
    expect(found).toHaveProperty(
      'message',
      expect.stringMatching(/verify\.minimumVmaf.*libvmaf.*minimumSsim/),
    );
  });
});

describe('checkMetric', () => {
  it.each<[number[], string | null]>([
    [[0.95, 0.9, 0.94], null],
    [[0.95, 0.9, 0.8], 'quality_below_floor'],
    [[], 'content_unmeasured'],
  ])('%j', (samples, expected) => {
    const [finding] = checkMetric({ name: 'ssim', minimum: 0.9, samples });
    expect(finding?.code ?? null).toBe(expected);
    if (expected === 'quality_below_floor') expect(finding?.message).toMatch(/0\.883.*0\.9\b/);
  });
});

describe('metricValue', () => {
  it.each<[Parameters<typeof metricValue>[0], string, number | null]>([
    [
      'ssim',
      '[Parsed_ssim_4 @ 0x1] SSIM Y:0.980 (17.0) U:0.99 (20.1) V:0.99 (20.0) All:0.984512 (18.100000)',
      0.984512,
    ],
    [
      'xpsnr',
      '[Parsed_xpsnr_0 @ 0x1] XPSNR  y: 41.1234  u: 44.0000  v: 45.1000  (minimum: 41.1234)',
      41.1234,
    ],
    ['xpsnr', '[Parsed_xpsnr_0 @ 0x1] XPSNR  y: inf  u: inf  v: inf  (minimum: inf)', 100],
    ['vmaf', '[Parsed_libvmaf_0 @ 0x1] VMAF score: 93.214567', 93.214567],
    ['vmaf', 'nothing', null],
  ])('%s from %j', (metric, said, expected) => {
    expect(metricValue(metric, said)).toBe(expected);
  });
});

describe('metricArgs', () => {
  const file = { index: 0, seek: null, decoder: [] };
  const graph = (metric: MetricName, width: number, height: number) =>
    metricArgs({
      metric,
      source: { ...file, input: 'a' },
      output: { ...file, input: 'b', decoder: ['-c:v', 'libdav1d'] },
      filters: ['crop=2:2:0:0'],
      pixelFormat: 'yuv420p10le',
      width,
      height,
      start: 10,
      end: 13,
      clockShift: 1.4,
      frameSeconds: 0.04,
    }).find((argument) => argument.startsWith('[0:')) ?? '';

  it.each<[number, number, RegExp]>([
    [1280, 720, /scale=1920:1080.*vmaf_v0\.6\.1/],
    [1920, 800, /^(?!.*scale=1920).*vmaf_v0\.6\.1/],
    [3840, 2160, /^(?!.*scale=1920).*vmaf_4k_v0\.6\.1/],
  ])('takes the VMAF model for %dx%d', (width, height, expected) => {
    expect(graph('vmaf', width, height)).toMatch(expected);
  });

  it("puts the source on the output's clock, through the plan's own filters", () => {
    expect(graph('ssim', 640, 360)).toMatch(
      /\[1:0\]crop=2:2:0:0,trim=start=11\.320000.*setpts=PTS-1\.410000\/TB/,
    );
  });

  it('puts the source first for XPSNR, which weighs by it, and no setpts in front of its second input', () => {
    expect(graph('xpsnr', 1280, 720)).toMatch(
      /^\[0:0\]trim=start=9\.920000:end=13\.040000,settb=AVTB,format=yuv420p10le\[made\];\[1:0\]crop=2:2:0:0,trim=start=11\.390000:end=14\.390000,settb=AVTB,setpts=PTS-1\.390000\/TB,format=yuv420p10le\[wanted\];\[wanted\]\[made\]xpsnr=/,
    );
  });

  it.each<[number, boolean]>([
    [1920, false],
    [854, true],
  ])('measures XPSNR in 8 bits where lines %d wide would have gaps in 10: %j', (width, expected) => {
    expect(graph('xpsnr', width, 480).includes('scale=sws_dither=none,format=yuv420p[made]')).toBe(expected);
  });
});
