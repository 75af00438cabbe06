import { z } from 'zod';

export const VIDEO_CODECS = ['av1', 'hevc', 'h264'] as const;
export type VideoCodec = (typeof VIDEO_CODECS)[number];

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
  /** `copy` leaves the picture as it is */
  codec: z.enum([...VIDEO_CODECS, 'copy']).default('av1'),
  /**
   * `software`: SVT-AV1, x265 or x264, which make the smallest files. `svt`: SVT-AV1. `auto`: the first hardware
   * encoder of nvenc, qsv and vaapi that works on the node, else software.
   */
  encoder: z.enum(['software', 'svt', 'nvenc', 'qsv', 'vaapi', 'auto']).default('software'),
  /** what a node without the named hardware encoder does: encode in software, or leave the file alone */
  fallback: z.enum(['software', 'none']).default('software'),
  /** constant rate factor on the scale of the codec's software encoder: lower is better and larger */
  crf: z.number().int().min(1).max(63).optional(),
  /** kbit/s on average; 0: none, the crf decides */
  bitRate: z.number().int().min(0).max(200_000).default(0),
  /** on SVT-AV1's scale for every encoder: lower is slower and smaller */
  preset: z.number().int().min(0).max(13).default(8),
  tune: z.enum(['default', 'visual', 'film', 'animation', 'grain', 'psnr', 'ssim']).default('default'),
  /** 0: none. Grain that the player adds (AV1 alone). `auto`: as much as was measured in the source. */
  filmGrain: z.union([z.literal('auto'), z.number().int().min(0).max(50)]).default(8),
  /** false keeps the grain in the picture as well; true removes it first, which saves more */
  filmGrainDenoise: z.boolean().default(false),
  pixelFormat: z.enum(['yuv420p', 'yuv420p10le']).default('yuv420p10le'),
  /** sources with more colour or more bits than the pixel format holds: left alone, or reduced to it */
  highChroma: z.enum(['skip', 'reduce']).default('skip'),
  /** seconds between key frames */
  keyframeSeconds: z.number().min(0.5).max(60).default(10),
  /** a picture that does not fit into this height and the 16:9 width beside it is made smaller; 0: never */
  maximumHeight: z.number().int().min(0).max(8704).default(0),
  /**
   * Interlaced sources: `deinterlace` makes a frame of each field, which keeps every movement; `deinterlace-frames`
   * makes one of two; `skip` leaves the file alone.
   */
  interlaced: z.enum(['deinterlace', 'deinterlace-frames', 'skip']).default('deinterlace'),
  /** captions inside the picture's own stream, which an encode loses: leave the file alone, or lose them */
  closedCaptions: z.enum(['skip', 'drop']).default('skip'),
  parameters: z.record(z.string(), z.union([z.number(), z.string().regex(/^[\w.,-]{1,40}$/)])).default({}),
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
  .prefault({});
