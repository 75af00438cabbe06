import { describe, expect, it } from 'vitest';
import { parseRpuSummary } from './rpu-summary.js';

/** As dovi_tool 2.3.1 prints it. */
const PROFILE_81 = `Parsing RPU file...

Summary:
  Frames: 259
  Profile: 8
  DM version: 2 (CM v4.0)
  Scene/shot count: 3
  RPU mastering display: 0.0001/1000 nits
  RPU content light level (L1): MaxCLL: 632.88 nits, MaxFALL: 10.05 nits
  L6 metadata: Mastering display: 0.0001/1000 nits. MaxCLL: 3948 nits, MaxFALL: 120 nits
  L5 offsets: top=0, bottom=0, left=240..480, right=240..480
  L2 trims: 100 nits, 600 nits, 1000 nits
  L8 trims: 100 nits, 1000 nits
  L9 MDP: DCI-P3 D65
`;
const FEL = `Parsing RPU file...

Summary:
  Frames: 1
  Profile: 7 (FEL)
  DM version: 1 (CM v2.9)
  Scene/shot count: 0
  RPU mastering display: 0.0050/4000 nits
  RPU content light level (L1): MaxCLL: 734.20 nits, MaxFALL: 6.40 nits
  L6 metadata: Mastering display: 0.0050/4000 nits. MaxCLL: 0 nits, MaxFALL: 0 nits
  L5 offsets: top=N/A, bottom=N/A, left=N/A, right=N/A
  L2 trims: 100 nits
`;
const MIXED = `Parsing RPU file...

Summary:
  Frames: 4
  Profiles: 7 (FEL, MEL), 8
  DM version: 1 + 2 (CM 2.9 and 4.0)
    v2.9 count: 4
    v4.0 count: 1
  Scene/shot count: 1
  RPU mastering display: 0.0001/1000 nits, 0.0050/4000 nits
  RPU content light level (L1): MaxCLL: 630.04 nits, MaxFALL: 26.70 nits
  L6 metadata
    Mastering display: 0.0001/1000 nits. MaxCLL: 1712 nits, MaxFALL: 175 nits
    Mastering display: 0.0001/1000 nits. MaxCLL: 745 nits, MaxFALL: 247 nits
  L5 offsets: top=276, bottom=276..277, left=0, right=0
  L2 trims: 100 nits
`;
const PROFILE_5 = `Parsing RPU file...

Summary:
  Frames: 12
  Profile: 5
  DM version: 1 (CM v2.9)
  Scene/shot count: 0
  RPU mastering display: 0.0050/0 nits
  RPU content light level (L1): MaxCLL: 100.10 nits, MaxFALL: 2.43 nits
  L5 offsets: top=119, bottom=120, left=1, right=2
`;

describe('parseRpuSummary', () => {
  it.each([
    [
      'Profile 8.1 with bars that change',
      PROFILE_81,
      {
        ...{ frames: 259, profile: 8, layer: null, cmVersion: '4.0', shots: 3, cropVaries: true },
        crop: { top: 0, bottom: 0, left: 240, right: 240 },
        ...{ masteringDisplay: '0.0001/1000', maxCll: 3948, maxFall: 120 },
      },
    ],
    [
      'a full enhancement layer without claims',
      FEL,
      {
        ...{ frames: 1, profile: 7, layer: 'fel', cmVersion: '2.9', shots: 0, cropVaries: false },
        ...{ crop: null, masteringDisplay: '0.0050/4000', maxCll: null, maxFall: null },
      },
    ],
    [
      'one film of several',
      MIXED,
      {
        ...{ frames: 4, profile: null, layer: 'fel', cmVersion: '2.9, 4.0', shots: 1, cropVaries: true },
        crop: { top: 276, bottom: 276, left: 0, right: 0 },
        ...{ masteringDisplay: '0.0001/1000, 0.0050/4000', maxCll: 1712, maxFall: 247 },
      },
    ],
    [
      'Profile 5',
      PROFILE_5,
      {
        ...{ frames: 12, profile: 5, layer: null, cmVersion: '2.9', shots: 0, cropVaries: false },
        crop: { top: 119, bottom: 120, left: 1, right: 2 },
        ...{ masteringDisplay: '0.0050/0', maxCll: null, maxFall: null },
      },
    ],
  ])('reads %s', (_name, text, summary) => {
    expect(parseRpuSummary(text)).toEqual(summary);
  });

  it('knows a minimal layer from a full one', () => {
    expect(parseRpuSummary(FEL.replace('FEL', 'MEL')).layer).toBe('mel');
  });

  it.each(['', 'Error: Found invalid RPU: Index 0', 'Summary:\n  Frames: N/A\n  Profile: 8'])(
    'refuses %j',
    (text) => {
      expect(() => parseRpuSummary(text)).toThrow(/no summary/);
    },
  );
});
