import { z } from 'zod';
import { HINTS } from './hints.js';

/**
 * What becomes of each kind of Dolby Vision. A kind that is not named goes the way of `hdr.dolbyVision`.
 *
 * - `convert`: Profile 8.1 without a new encode: metadata converted, enhancement layer left out, everything else as it is
 * - `reencode`: the same with a new picture (x265), into which the metadata is put
 * - `keep`: picture and metadata stay as they are, the rest of the file follows the profile
 * - `skip`: the file is left alone
 */
const kind = <const T extends readonly ('convert' | 'reencode' | 'keep' | 'skip')[]>(
  ways: T,
  description: string,
  hints: Readonly<Record<string, string>> = {},
) => z.enum(ways).register(HINTS, hints).optional().describe(description);

const COMPATIBLE = ['convert', 'reencode', 'keep', 'skip'] as const;
const SINGLE_LAYER = ['reencode', 'keep', 'skip'] as const;
/** whose picture below is none that can be shown as HDR10, or is none at all */
const ALONE = ['keep', 'skip'] as const;

const NO_HDR10 = 'there is no HDR10 picture in it that Profile 8.1 could stand on';
const WHY_ALONE = { convert: NO_HDR10, reencode: NO_HDR10 };
const WHY_SINGLE = { convert: 'it has one layer already, as every player wants it' };

const fields = z.strictObject({
  profile4: kind(
    ALONE,
    'Dolby Vision Profile 4 (SDR below, two layers): keep it, or skip the file.',
    WHY_ALONE,
  ),
  profile5: kind(
    ALONE,
    'Dolby Vision Profile 5 (streaming), which has no ordinary picture below: keep it, or skip the file.',
    WHY_ALONE,
  ),
  profile7Mel: kind(
    COMPATIBLE,
    'Dolby Vision Profile 7 (Blu-ray) with a minimal enhancement layer (MEL): convert it to Profile 8.1, which loses ' +
      'nothing, reencode it as Profile 8.1 with x265, keep it, or skip the file.',
  ),
  profile7Fel: kind(
    COMPATIBLE,
    'Dolby Vision Profile 7 (Blu-ray) with a full enhancement layer (FEL), which holds picture data: convert and ' +
      'reencode throw it away, and need allowFelLoss: true.',
  ),
  profile81: kind(
    SINGLE_LAYER,
    'Dolby Vision Profile 8.1 (HDR10 below): reencode it, keep it, or skip the file.',
    WHY_SINGLE,
  ),
  profile84: kind(
    SINGLE_LAYER,
    'Dolby Vision Profile 8.4 (HLG below): reencode it, keep it, or skip the file.',
    WHY_SINGLE,
  ),
  others: z
    .enum(['profile', 'reencode', 'skip'])
    .default('profile')
    .describe(
      'Files without Dolby Vision: profile follows the rest of this profile, reencode makes HEVC with x265 and leaves ' +
        'everything else as it is, skip leaves the file alone.',
    ),
  allowFelLoss: z
    .boolean()
    .default(false)
    .describe('Agrees that the picture data of full enhancement layers is thrown away for good.'),
  crf: z
    .number()
    .int()
    .min(1)
    .max(51)
    .default(18)
    .describe('Quality of a reencode, on the scale of x265: lower looks better and is larger.'),
  preset: z
    .number()
    .int()
    .min(0)
    .max(13)
    .default(6)
    .describe(
      "Of a reencode, on SVT-AV1's scale as in video.preset: lower is slower and makes smaller files.",
    ),
  maximumBitRate: z
    .number()
    .int()
    .min(0)
    .max(240_000)
    .default(0)
    .describe(
      'kbit/s that a reencode may have at any moment, which players rely on. 0: 160000, and 50000 up to 1080p.',
    ),
});

/** Two answers that would undo each other, told at the key that is the odd one out. */
function checkTogether(map: z.output<typeof fields>, context: z.RefinementCtx): void {
  const convert = (['profile7Mel', 'profile7Fel'] as const).find((key) => map[key] === 'convert');
  if (map.profile81 === 'reencode' && convert !== undefined)
    context.addIssue({
      code: 'custom',
      path: [convert],
      message: 'is "convert", which makes Profile 8.1, and profile81 would reencode that; say reencode here',
    });
}

const OF_7 = 'there are profile7Mel (minimal enhancement layer) and profile7Fel (full one)';
const OF_8 = 'there are profile81 (HDR10 below) and profile84 (HLG below)';

export const dolbyVisionProfile = fields
  .superRefine(checkTogether)
  .register(HINTS, { profile7: OF_7, profile8: OF_8 })
  .prefault({})
  .describe(
    'What becomes of Dolby Vision, kind by kind. A kind that is not named goes the way of hdr.dolbyVision.',
  );
