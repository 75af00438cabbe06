import { describe, expect, it } from 'vitest';
import { namesOfList } from './capabilities.js';

describe('namesOfList', () => {
  it.each([
    [
      'encoders',
      `Encoders:
 V..... = Video
 ------
 V..... libsvtav1            SVT-AV1(Scalable Video Technology for AV1) encoder (codec av1)
 A....D libopus              libopus Opus (codec opus)`,
      ['libsvtav1', 'libopus'],
    ],
    [
      'filters',
      `Filters:
  T.. = Timeline support
  | = Source or sink filter
 T.. crop              V->V       Crop the input video.
 ... anullsrc          |->A       Null audio source.
 TSC xpsnr             VV->V      Calculate the XPSNR.`,
      ['crop', 'anullsrc', 'xpsnr'],
    ],
    ['nothing', '', []],
  ])('finds the names in a list of %s', (_name, text, expected) => {
    expect(namesOfList(text)).toEqual(expected);
  });
});
