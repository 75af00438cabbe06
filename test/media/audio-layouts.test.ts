import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { audioArgs } from '#engine/command/audio-args.js';
import { streamsOf } from '#engine/media/media-info.js';
import { aacLayout, downmixFilter } from '#engine/plan/aac-layouts.js';
import { KNOWN_LAYOUTS } from '#engine/plan/channel-layouts.js';
import { opusLayout } from '#engine/plan/opus-layouts.js';
import type { AudioEncode, Plan } from '#engine/plan/plan.types.js';
import { ffmpeg, probe, run, withFolder } from './tools.js';

const RATE = 48_000;
/** Hz, far enough apart for a single bin; the LFE passes low tones alone. */
const toneOf = (channel: string, position: number) => (channel === 'LFE' ? 60 : 300 + 170 * position);

/** Goertzel: how much of one tone is in the samples, 1 for a full-scale sine. */
function level(samples: Float32Array, frequency: number): number {
  const coefficient = 2 * Math.cos((2 * Math.PI * frequency) / RATE);
  let [a, b] = [0, 0];
  for (const sample of samples) [a, b] = [sample + coefficient * a - b, a];
  return (2 * Math.sqrt(Math.max(0, a * a + b * b - coefficient * a * b))) / samples.length;
}

/** The same place in a room, whatever a layout calls the surround pair. */
const place = (channel: string) => channel.replace('S', 'B');

async function decodeChannels(
  file: string,
  layout: string,
  folder: string,
): Promise<Map<string, Float32Array>> {
  const names = KNOWN_LAYOUTS.find(([name]) => name === layout)?.[1] ?? [];
  const raw = path.join(folder, 'decoded.f32');
  await ffmpeg('-i', file, '-map', '0:a', '-f', 'f32le', '-c:a', 'pcm_f32le', raw);
  const bytes = await readFile(raw);
  const all = new Float32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.length / 4));
  return new Map(
    names.map((name, channel) => {
      // The middle half: away from the encoder's start and end.
      const frames = Math.floor(all.length / names.length);
      const samples = new Float32Array(Math.floor(frames / 2));
      for (let i = 0; i < samples.length; i += 1) {
        samples[i] = all[(Math.floor(frames / 4) + i) * names.length + channel]!;
      }
      return [name, samples];
    }),
  );
}

const LAYOUTS = { opus: opusLayout, aac: aacLayout } as const;
const CODECS = ['opus', 'aac'] as const;

/** A layout with a tone of its own in each channel, losslessly. */
async function tones(
  folder: string,
  name: string,
  channels: readonly string[],
  volume = 0.5,
): Promise<string> {
  const source = path.join(folder, 'source.mka');
  const expressions = channels.map(
    (channel, position) => `${volume}*sin(2*PI*${toneOf(channel, position)}*t)`,
  );
  const input = `aevalsrc=${expressions.join('|')}:s=${RATE}:d=1:c=${name}`;
  await ffmpeg('-f', 'lavfi', '-i', input, '-c:a', 'flac', source);
  return source;
}

/** Encodes a file's sound, as a plan with this one track would. */
async function encode(source: string, folder: string, audio: AudioEncode): Promise<string> {
  const plan: Plan = {
    pipeline: 'compress',
    dolbyVision: null,
    container: 'mkv',
    added: [],
    keep: { chapters: true, tags: true },
    expectedSize: 1,
    sizeLimit: 1,
    streams: [{ index: 0, action: 'encode-audio', reason: { code: 'test', message: 'test' }, audio }],
  };
  const output = path.join(folder, 'audio.mka');
  await run('ffmpeg', audioArgs({ input: source, output, info: await probe(source), plan })!);
  return output;
}

describe('layouts that are left alone', () => {
  it.each([
    [
      'opus',
      [
        ...['3.0(back)', '4.0', '4.1', '6.0', '6.0(front)', 'hexagonal', '6.1', '6.1(back)', '6.1(front)'],
        ...['7.0(front)', '7.1(wide)', '7.1(wide-side)', 'octagonal'],
      ],
    ],
    [
      'aac',
      [
        ...['4.1', '6.0', '6.0(front)', 'hexagonal', '6.1', '6.1(back)', '6.1(front)', '7.0', '7.0(front)'],
        ...['7.1', '7.1(wide)', '7.1(wide-side)', 'octagonal'],
      ],
    ],
  ] as const)('are exactly those that no layout of %s holds', (codec, expected) => {
    const refused = KNOWN_LAYOUTS.filter(
      ([name, channels]) => LAYOUTS[codec](name, channels.length) === null,
    );
    expect(refused.map(([name]) => name)).toEqual(expected);
  });

  it('avoids 6.1, which ffmpeg encodes with its channels in the wrong places', async () => {
    // When this fails, ffmpeg has been mended, and the table may have 5.0 and 6.1 again.
    await withFolder(async (folder) => {
      const tones = [0, 0, 0.5, 0, 0, 0, 0].map((volume) => `${volume}*sin(2*PI*640*t)`);
      const file = path.join(folder, 'tone.mka');
      await ffmpeg(
        '-f',
        'lavfi',
        '-i',
        `aevalsrc=${tones.join('|')}:s=${RATE}:d=1:c=6.1`,
        '-c:a',
        'libopus',
        '-b:a',
        '512k',
        file,
      );
      const decoded = await decodeChannels(file, '6.1', folder);
      expect(level(decoded.get('FC')!, 640)).toBeLessThan(0.03);
      expect(level(decoded.get('BC')!, 640)).toBeGreaterThan(0.35);
    });
  });

  it("avoids AAC's 7.1, which ffmpeg writes under the number of another layout", async () => {
    await withFolder(async (folder) => {
      const file = path.join(folder, 'tone.m4a');
      await ffmpeg('-f', 'lavfi', '-i', 'anullsrc=r=48000:cl=7.1:d=0.2', '-c:a', 'aac', file);
      const { stdout } = await run('ffprobe', ['-v', 'error', '-show_streams', '-show_data', file]);
      // AudioSpecificConfig: five bits of object type, four of sample rate, four of channel configuration.
      const config = Number.parseInt(/^00000000: ([\da-f]{4})/m.exec(stdout)![1]!, 16);
      expect((config >> 3) & 0xf).toBe(7);
    });
  });
});

const fitting = CODECS.flatMap((codec) =>
  KNOWN_LAYOUTS.filter(([name, channels]) => LAYOUTS[codec](name, channels.length) !== null).map(
    ([name, channels]) => [codec, name, channels] as const,
  ),
);

it.each(fitting)(
  '%s, %s: each tone arrives in its own channel, and in no other',
  async (codec, name, channels) => {
    await withFolder(async (folder) => {
      const source = await tones(folder, name, channels);
      const [stream] = streamsOf(await probe(source), 'audio');
      expect([stream!.channelLayout, stream!.channels]).toEqual([name, channels.length]);
      const fit = LAYOUTS[codec](stream!.channelLayout, stream!.channels)!;
      const output = await encode(source, folder, {
        codec,
        bitRate: Math.min(510, 128 * fit.channels),
        channels: fit.channels,
        channelLayout: fit.layout,
        channelFilter: fit.filter,
      });
      const [made] = streamsOf(await probe(output), 'audio');
      expect([made!.codec, made!.channelLayout, made!.channels]).toEqual([codec, fit.layout, fit.channels]);

      const decoded = await decodeChannels(output, fit.layout, folder);
      expect(decoded.size).toBe(fit.channels);
      for (const [position, channel] of channels.entries()) {
        const frequency = toneOf(channel, position);
        const home = decoded.has(channel)
          ? channel
          : [...decoded.keys()].find((name) => place(name) === place(channel))!;
        for (const [other, samples] of decoded) {
          const found = level(samples, frequency);
          if (other === home) expect(found, `${channel} in ${other}`).toBeGreaterThan(0.35);
          else expect(found, `${channel} in ${other}`).toBeLessThan(0.03);
        }
      }
    });
  },
);

describe('the stereo mix', () => {
  it('is there for surround sound whose loudspeakers are known', () => {
    const mixed = KNOWN_LAYOUTS.filter(([name]) => downmixFilter(name) !== null).map(([name]) => name);
    expect(mixed).toEqual([
      ...['2.1', '3.0', '3.0(back)', '4.0', 'quad', 'quad(side)', '3.1', '5.0', '5.0(side)', '4.1', '5.1'],
      ...['5.1(side)', '6.0', 'hexagonal', '6.1', '6.1(back)', '7.0', '7.1', 'octagonal'],
    ]);
    expect(downmixFilter('nonsense')).toBeNull();
    expect(downmixFilter('5.1(side)')).toBe(
      'aformat=channel_layouts=5.1(side),pan=stereo|FL=0.41421*FL+0.29289*FC+0.29289*SL|FR=0.41421*FR+0.29289*FC+0.29289*SR',
    );
  });

  const layouts = KNOWN_LAYOUTS.filter(([name]) => downmixFilter(name) !== null);
  it.each(layouts)('of %s has each channel on its own side, and does not clip', async (name, channels) => {
    await withFolder(async (folder) => {
      const filter = downmixFilter(name)!;
      const mix = async (source: string) => {
        const raw = path.join(folder, 'mix.mka');
        await ffmpeg('-i', source, '-af', filter, '-c:a', 'pcm_f32le', raw);
        return decodeChannels(raw, 'stereo', folder);
      };
      const sides = await mix(await tones(folder, name, channels));
      const [left, right] = [sides.get('FL')!, sides.get('FR')!];
      const loudest = level(left, toneOf('FL', channels.indexOf('FL')));
      for (const [position, channel] of channels.entries()) {
        const [toLeft, toRight] = [left, right].map(
          (side) => level(side, toneOf(channel, position)) / loudest,
        );
        const share =
          channel === 'LFE' ? 0 : channel === 'BC' ? 0.5 : /^F[LR]$/.test(channel) ? 1 : Math.SQRT1_2;
        expect(toLeft, channel).toBeCloseTo(channel.endsWith('R') ? 0 : share, 2);
        expect(toRight, channel).toBeCloseTo(channel.endsWith('L') ? 0 : share, 2);
      }
      // All channels at full scale at once, the worst there is; in a format that keeps the layout.
      const full = path.join(folder, 'full.mka');
      const loud = `aevalsrc=${channels.map(() => '1').join('|')}:s=${RATE}:d=0.2:c=${name}`;
      await ffmpeg('-f', 'lavfi', '-i', loud, '-c:a', 'flac', full);
      for (const samples of (await mix(full)).values()) {
        const most = samples.reduce((a, b) => Math.max(a, b), 0);
        expect(most).toBeLessThanOrEqual(1);
        expect(most).toBeGreaterThan(0.99);
      }
    });
  });
});
