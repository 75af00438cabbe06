import { expect, it } from 'vitest';
import { clockJump } from './clock-jump.js';
import { mediaInfo, subtitleStream, videoStream } from './media-info.fixture.js';
import { PacketMeter } from './packet-meter.js';

function measured(...packets: [stream: number, pts: number, dts: number][]) {
  const meter = new PacketMeter();
  for (const [stream, pts, dts] of packets) meter.push(`${stream},${pts},${dts},0.04,100,__`);
  return meter.result();
}

const info = mediaInfo([videoStream(), subtitleStream({ index: 1 })]);

it.each<[string, ReturnType<typeof measured>, string | undefined]>([
  ['runs on', measured([0, 0.08, 0], [0, 0.04, 0.04], [0, 0.16, 0.08]), undefined],
  ['pauses', measured([0, 0, 0], [0, 30, 30]), undefined],
  ['jumps ahead', measured([0, 0, 0], [0, 95_364, 95_364]), 'source_clock_jumps'],
  ['jumps back', measured([0, 3000, 3000], [0, 1, 1]), 'source_clock_jumps'],
  ['is silent for long', measured([0, 0, 0], [1, 0, 0], [1, 3000, 3000]), undefined],
  ['has nothing', { streams: [] }, undefined],
])('a clock that %s', (_name, streams, code) => {
  expect(clockJump(info, streams)?.code).toBe(code);
});
