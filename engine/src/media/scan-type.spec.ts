import { describe, expect, it } from 'vitest';
import { addFields, FieldReader, NO_FIELDS, scanTypeOf, type FieldCounts } from './scan-type.js';

const counts = (some: Partial<FieldCounts>): FieldCounts => ({ ...NO_FIELDS, ...some });

describe('scanTypeOf', () => {
  it.each<[string, Partial<FieldCounts>, boolean, string]>([
    ['film', { progressive: 300 }, false, 'progressive'],
    ['film with a few odd frames', { progressive: 290, topFirst: 10 }, false, 'progressive'],
    ['video', { topFirst: 290, progressive: 10 }, false, 'interlaced'],
    ['video in which little moves', { topFirst: 100, progressive: 200 }, true, 'interlaced'],
    ['the same without the flag', { topFirst: 100, progressive: 200 }, false, 'mixed'],
    ['film in a stream for video', { progressive: 300 }, true, 'progressive'],
    ['3:2 pulldown', { topFirst: 300, repeated: 120 }, false, 'telecined'],
    ['3:2 pulldown in which little moves', { topFirst: 16, undetermined: 44, woven: 15 }, true, 'telecined'],
    ['video in which little moves at all', { topFirst: 16, undetermined: 44, woven: 8 }, true, 'interlaced'],
    ['both orders', { topFirst: 150, bottomFirst: 150 }, true, 'mixed'],
    ['a damaged frame in a still picture', { bottomFirst: 1, undetermined: 47 }, false, 'unclear'],
    ['a still picture', { undetermined: 300 }, true, 'unclear'],
    ['hardly anything told', { undetermined: 280, progressive: 20 }, false, 'unclear'],
    ['nothing decoded', {}, false, 'unclear'],
  ])('%s', (_name, some, flagged, scan) => {
    expect(scanTypeOf(counts(some), flagged).scan).toBe(scan);
  });

  it('tells the order of the fields', () => {
    expect(scanTypeOf(counts({ bottomFirst: 300 }), true)).toEqual({
      scan: 'interlaced',
      topFieldFirst: false,
    });
  });
});

it('takes the totals of the last frame of each sample, as idet prints them', () => {
  const reader = new FieldReader();
  for (const frame of [1, 2]) {
    reader.push(`frame:${frame}    pts:40      pts_time:0.04`);
    reader.push(`lavfi.idet.repeated.top=${frame}.00`);
    reader.push('lavfi.idet.repeated.bottom=1.00');
    reader.push('lavfi.idet.single.current_frame=tff');
    reader.push(`lavfi.idet.single.tff=${frame}.00`);
    reader.push('lavfi.idet.multiple.tff=99.00');
    reader.push('lavfi.idet.single.undetermined=1.00');
  }
  const sample = counts({ topFirst: 2, undetermined: 1, repeated: 3, woven: 2 });
  expect(reader.result()).toEqual(sample);
  expect(addFields(sample, sample)).toEqual(counts({ topFirst: 4, undetermined: 2, repeated: 6, woven: 4 }));
});

it.each([
  ['the same two of five', (frame: number) => frame % 5 === 4 || frame % 5 === 0, 24],
  ['everywhere', () => true, 24],
])('counts interlaced frames that lie in %s', (_name, interlaced, woven) => {
  const reader = new FieldReader();
  for (let frame = 0; frame < 60; frame += 1)
    reader.push(`lavfi.idet.single.current_frame=${interlaced(frame) ? 'bff' : 'undetermined'}`);
  expect(reader.result().woven).toBe(woven);
});
