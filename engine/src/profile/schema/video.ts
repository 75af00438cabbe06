import { z } from 'zod';

export const VIDEO_CODECS = ['av1', 'hevc', 'h264'] as const;
export type VideoCodec = (typeof VIDEO_CODECS)[number];

export const ENCODERS = ['software', 'svt', 'nvenc', 'qsv', 'vaapi', 'auto'] as const;

/** crf of each codec's software encoder that ordinary films look good at */
const DEFAULT_CRF: Record<VideoCodec | 'copy', number> = { av1: 28, hevc: 23, h264: 21, copy: 28 };

/** The highest crf that each codec's software encoder takes. */
export const HIGHEST_CRF: Record<VideoCodec, number> = { av1: 63, hevc: 51, h264: 51 };

/** What each codec's software encoder can be tuned for. */
export const TUNES: Record<VideoCodec, readonly string[]> = {
  av1: ['visual', 'psnr'],
  hevc: ['grain', 'animation', 'psnr', 'ssim'],
  h264: ['film', 'animation', 'grain', 'psnr', 'ssim'],
};

/**
 * Parameters that a profile may hand to the codec's software encoder under the encoder's own names. SVT-AV1 ignores
 * a name that it does not know without a word, so that none outside this list is let through.
 */
export const PARAMETERS: Record<VideoCodec, readonly string[]> = {
  av1: [
    'scd',
    'lookahead',
    'enable-overlays',
    'enable-tf',
    'tile-rows',
    'tile-columns',
    'enable-qm',
    'qm-min',
    'qm-max',
  ],
  hevc: [
    'aq-mode',
    'aq-strength',
    'psy-rd',
    'psy-rdoq',
    'bframes',
    'ref',
    'rc-lookahead',
    'deblock',
    'sao',
    'rd',
    'ctu',
  ],
  h264: [
    'aq-mode',
    'aq-strength',
    'psy-rd',
    'bframes',
    'ref',
    'rc-lookahead',
    'deblock',
    'me',
    'subme',
    'trellis',
  ],
};

const fields = z.strictObject({
  codec: z
    .enum([...VIDEO_CODECS, 'copy'])
    .default('av1')
    .describe('What the picture is encoded to; copy leaves it as it is.'),
  encoder: z
    .enum(ENCODERS)
    .default('software')
    .describe(
      'software: SVT-AV1, x265 or x264, which make the smallest files. svt: SVT-AV1. nvenc, qsv, vaapi: that hardware. ' +
        'auto: the first of these three that works on the node, else software.',
    ),
  fallback: z
    .enum(['software', 'none'])
    .default('software')
    .describe(
      'What a node without the named hardware encoder does: encode in software, or none, which leaves the file alone.',
    ),
  crf: z
    .number()
    .int()
    .min(1)
    .max(63)
    .optional()
    .describe(
      "Quality, on the scale of the codec's software encoder: lower looks better and is larger. av1: up to 63, 28 " +
        'unless given; hevc: up to 51, 23 unless given; h264: up to 51, 21 unless given.',
    ),
  bitRate: z
    .number()
    .int()
    .min(0)
    .max(200_000)
    .default(0)
    .describe('kbit/s on average in place of a quality. 0: none, the crf decides.'),
  preset: z
    .number()
    .int()
    .min(0)
    .max(13)
    .default(8)
    .describe("On SVT-AV1's scale for every encoder: lower is slower and makes smaller files."),
  tune: z
    .enum(['default', 'visual', 'film', 'animation', 'grain', 'psnr', 'ssim'])
    .default('default')
    .describe(
      'What the software encoder is tuned for. av1: visual, psnr; hevc: grain, animation, psnr, ssim; ' +
        'h264: film, animation, grain, psnr, ssim.',
    ),
  filmGrain: z
    .union([z.literal('auto'), z.number().int().min(0).max(50)])
    .default(8)
    .describe(
      'Grain that the player adds (av1 alone): 0 for none, 8 for most films, more for old ones; auto: as much as was ' +
        'measured in the source.',
    ),
  filmGrainDenoise: z
    .boolean()
    .default(false)
    .describe(
      'false keeps the grain in the picture as well; true removes it first, which saves more but may soften.',
    ),
  pixelFormat: z
    .enum(['yuv420p', 'yuv420p10le'])
    .default('yuv420p10le')
    .describe('yuv420p10le: 10 bit, fewer bands in skies; yuv420p: 8 bit, for old players.'),
  highChroma: z
    .enum(['skip', 'reduce'])
    .default('skip')
    .describe(
      'Sources with more colour or more bits than the pixel format holds: leave the file alone, or reduce them to it. RGB is left alone either way.',
    ),
  keyframeSeconds: z
    .number()
    .min(0.5)
    .max(60)
    .default(10)
    .describe('Seconds between key frames: shorter seeks faster and is larger.'),
  maximumHeight: z
    .number()
    .int()
    .min(0)
    .max(8704)
    .default(0)
    .describe(
      'A picture that does not fit into this height, and the 16:9 width that goes with it, is made smaller. 0: never.',
    ),
  interlaced: z
    .enum(['deinterlace', 'deinterlace-frames', 'skip'])
    .default('deinterlace')
    .describe(
      'Interlaced sources: deinterlace makes a frame of each field, which keeps every movement; deinterlace-frames ' +
        'makes one of two; skip leaves the file alone.',
    ),
  closedCaptions: z
    .enum(['skip', 'drop'])
    .default('skip')
    .describe(
      "Captions inside the picture's own stream, which an encode loses: leave the file alone, or lose them.",
    ),
  parameters: z
    .record(
      z.string(),
      z.union([
        z.number(),
        z
          .string()
          .regex(/^[\w.,-]{1,40}$/)
          .meta({ title: 'a short word without spaces' }),
      ]),
    )
    .default({})
    .describe(
      "Parameters of the codec's software encoder under the encoder's own names, from a list of safe ones.",
    ),
});

/** What one key allows depends on another: told at the key that is the odd one out. */
function checkTogether(video: z.output<typeof fields>, context: z.RefinementCtx): void {
  const { codec } = video;
  const refuse = (path: string[], message: string) => {
    context.addIssue({ code: 'custom', path, message });
  };
  if (codec === 'copy') return;
  if (video.encoder === 'svt' && codec !== 'av1')
    refuse(['encoder'], `is "svt", which makes av1 only; for ${codec} use software`);
  if (video.crf !== undefined && video.crf > HIGHEST_CRF[codec])
    refuse(
      ['crf'],
      `is ${video.crf}, but must be a whole number from 1 to ${HIGHEST_CRF[codec]} for ${codec}`,
    );
  if (video.tune !== 'default' && !TUNES[codec].includes(video.tune))
    refuse(
      ['tune'],
      `is "${video.tune}", but must be one of default, ${TUNES[codec].join(', ')} for ${codec}`,
    );
  for (const key of Object.keys(video.parameters)) {
    if (PARAMETERS[codec].includes(key)) continue;
    refuse(['parameters', key], `is no parameter for ${codec}; allowed are ${PARAMETERS[codec].join(', ')}`);
  }
}

export const videoProfile = fields
  .superRefine(checkTogether)
  .transform((video) => ({ ...video, crf: video.crf ?? DEFAULT_CRF[video.codec] }))
  .prefault({})
  .describe('What becomes of the picture.');
