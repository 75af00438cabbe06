import { z } from 'zod';

/**
 * The profile language: what a YAML file in `profiles/` may say. Every key has a default, so that the empty
 * file is the default profile. Unknown keys are mistakes.
 */

const kilobits = z.number().int().min(6).max(5120);

const videoProfile = z
  .strictObject({
    /** `copy` leaves the picture as it is */
    codec: z.enum(['av1', 'copy']).default('av1'),
    /** constant rate factor of SVT-AV1: lower is better and larger */
    crf: z.number().int().min(1).max(63).default(28),
    /** SVT-AV1's: lower is slower and smaller */
    preset: z.number().int().min(0).max(13).default(8),
    /** 0: none. Grain is taken out before the encode and put back by the player. */
    filmGrain: z.number().int().min(0).max(50).default(8),
    /** false keeps the grain in the picture as well; true removes it first, which saves more */
    filmGrainDenoise: z.boolean().default(false),
    pixelFormat: z.enum(['yuv420p', 'yuv420p10le']).default('yuv420p10le'),
    /** seconds between key frames */
    keyframeSeconds: z.number().min(0.5).max(60).default(10),
  })
  .prefault({});

const audioProfile = z
  .strictObject({
    codec: z.enum(['opus', 'copy']).default('opus'),
    /** kbit/s by number of channels; counts in between take the next larger entry */
    bitRates: z
      .strictObject({
        mono: kilobits.default(80),
        stereo: kilobits.default(128),
        surround: kilobits.default(288),
        surround71: kilobits.default(416),
      })
      .prefault({}),
    /**
     * Codecs that are copied as they are: lossless and object audio by default. Besides ffmpeg's names:
     * `dts-hd` (DTS-HD Master Audio and DTS:X), `atmos` (any codec with objects) and `pcm` (every PCM).
     */
    keepCodecs: z
      .array(z.string().min(1))
      .default(['truehd', 'mlp', 'flac', 'alac', 'dts-hd', 'atmos', 'opus']),
  })
  .prefault({});

const subtitleProfile = z
  .strictObject({
    /** subtitles a container cannot hold as bitmaps: leave the file alone, or drop them with a reason */
    bitmapsThatDoNotFit: z.enum(['skip-file', 'drop']).default('skip-file'),
  })
  .prefault({});

export const profileSchema = z.strictObject({
  description: z.string().max(500).optional(),
  video: videoProfile,
  audio: audioProfile,
  subtitles: subtitleProfile,
  container: z.enum(['mkv', 'mp4', 'webm']).default('mkv'),
  act: z
    .strictObject({
      /** video codecs that are good already: such a file is skipped */
      goodVideoCodecs: z.array(z.string().min(1)).default(['av1']),
      /** kbit/s of the video; below this there is nothing to gain */
      minimumBitRate: z.number().int().min(0).default(0),
      /** per cent of the source that the plan must expect to save */
      minimumExpectedSaving: z.number().min(0).max(99).default(10),
      /** per cent of the source that the result must have saved, or it is thrown away */
      minimumSaving: z.number().min(0).max(99).default(10),
      /** minutes that one job may take; 0: no limit */
      timeLimitMinutes: z.number().int().min(0).default(0),
      /** seconds without progress after which a tool counts as hung */
      stallSeconds: z.number().int().min(10).max(3600).default(300),
    })
    .prefault({}),
});

/** A whole profile, every default filled in. */
export type Profile = z.infer<typeof profileSchema>;

/** What a person may write: any part of it. */
export type ProfileInput = z.input<typeof profileSchema>;
