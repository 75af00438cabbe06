import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { measureMetric } from '#engine/pipelines/film/measure-metric.js';
import { profileSchema, type ProfileInput } from '#engine/profile/schema/index.js';
import { namesOfList } from '#engine/tools/capabilities.js';
import { checkMetric, chooseMetric, type MetricName } from '#engine/verify/metric.js';
import { REAL } from '../support/media.js';
import { compress, TEST_PROFILE } from './compress.js';
import { contentInput, type Honest } from './sabotage.js';
import { ffmpeg, probe, run } from './tools.js';

const CAREFUL: ProfileInput = { ...TEST_PROFILE, video: { ...TEST_PROFILE.video, crf: 12 } };

const filters = namesOfList((await run('ffmpeg', ['-hide_banner', '-filters'])).stdout);

interface Metric {
  name: MetricName;
  filter: string;
  demand: (minimum: number) => ProfileInput['verify'];
  /** what a careful encode of a film reaches, and one that is late by a frame does not */
  floor: number;
}

const METRICS: readonly Metric[] = [
  { name: 'vmaf', filter: 'libvmaf', demand: (minimumVmaf) => ({ minimumVmaf }), floor: 85 },
  { name: 'xpsnr', filter: 'xpsnr', demand: (minimumXpsnr) => ({ minimumXpsnr }), floor: 35 },
  { name: 'ssim', filter: 'ssim', demand: (minimumSsim) => ({ minimumSsim }), floor: 0.97 },
];

const HDR10 =
  'hdr10=1:repeat-headers=1:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:range=limited:' +
  'master-display=G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L(10000000,50):max-cll=1000,400:log-level=0';

interface Source {
  /** which of them it has something to say about */
  metrics: readonly MetricName[];
  make: (folder: string) => Promise<string>;
}

const ALL: readonly MetricName[] = ['vmaf', 'xpsnr', 'ssim'];

/** A part of a film in which much moves, with hardly any loss. */
async function film(file: string, frames: number, ...options: string[]): Promise<string> {
  await ffmpeg(...['-ss', '8', '-i', REAL.bunny, '-frames:v', String(frames), '-an', ...options, file]);
  return file;
}

const X264 = ['-c:v', 'libx264', '-preset', 'ultrafast', '-qp', '6'];

const SOURCES: Readonly<Record<string, Source>> = {
  'a film in 1080p': {
    metrics: ALL,
    make: (folder) => film(path.join(folder, 'source.mkv'), 12, ...X264),
  },
  'a small recording whose clock begins at ten seconds': {
    metrics: ALL,
    make: (folder) =>
      film(
        path.join(folder, 'source.ts'),
        24,
        ...['-vf', 'scale=656:280', ...X264, '-output_ts_offset', '10', '-f', 'mpegts'],
      ),
  },
  'a film in HDR': {
    metrics: ALL,
    make: (folder) =>
      film(
        path.join(folder, 'source.mkv'),
        24,
        ...['-vf', 'scale=640:360', '-pix_fmt', 'yuv420p10le', '-c:v', 'libx265', '-preset', 'ultrafast'],
        ...['-qp', '6', '-x265-params', HDR10],
      ),
  },
  // VMAF has a model of its own for it.
  'a film in 4K': {
    metrics: ['vmaf'],
    make: (folder) => film(path.join(folder, 'source.mkv'), 8, '-vf', 'scale=3840:2160', ...X264),
  },
};

let root: string;
beforeAll(async () => {
  root = await mkdtemp(path.join(tmpdir(), 'boilarr-metric-'));
});
afterAll(async () => {
  await rm(root, { recursive: true, force: true });
});

/** The output's picture, changed by a filter and stored without further loss. */
async function changed({ output, folder }: Honest, name: string, filter: string): Promise<string> {
  const file = path.join(folder, `${name}.mkv`);
  await ffmpeg(
    ...['-copyts', '-i', output, '-map', '0:V:0', '-vf', filter, '-fps_mode', 'passthrough'],
    ...['-enc_time_base:v', '-1', '-c:v', 'ffv1', file],
  );
  return file;
}

describe.each(Object.entries(SOURCES))('%s', (_name, { metrics, make }) => {
  let honest: Honest;
  let spoiled: string[];
  beforeAll(async () => {
    const folder = await mkdtemp(path.join(root, 'honest-'));
    const sourceFile = await make(folder);
    honest = { ...(await compress(sourceFile, folder, CAREFUL)), sourceFile, folder };
    spoiled = [
      await changed(honest, 'late', 'tpad=start=1:start_mode=clone'),
      await changed(honest, 'mirrored', 'hflip'),
    ];
  });

  for (const { name, filter, demand, floor } of METRICS.filter(({ name }) => metrics.includes(name))) {
    const lacks = filters.includes(filter) ? '' : ` (left out: this ffmpeg has no filter ${filter})`;
    it.skipIf(lacks !== '')(
      `${name} passes what was made, and neither late by a frame nor mirrored${lacks}`,
      async () => {
        const chosen = chooseMetric(profileSchema.parse({ verify: demand(floor) }), filters);
        if (chosen === null || 'code' in chosen) throw new Error(`nothing measures ${name}`);
        const judge = async (file: string) => {
          const metric = await measureMetric(contentInput(honest, file, await probe(file)), chosen);
          expect(metric?.samples).toHaveLength(1);
          return checkMetric(metric!)[0]?.code ?? null;
        };
        expect(await judge(honest.output)).toBeNull();
        for (const file of spoiled) expect(await judge(file)).toBe('quality_below_floor');
      },
    );
  }
});
