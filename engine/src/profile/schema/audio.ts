import { z } from 'zod';

const kilobits = z.number().int().min(6).max(5120);

/** ISO 639 codes as people and files write them (`en`, `eng`, `ger`, `deu`, `pt-BR`); `und` for a track without. */
export const languages = z.array(z.string().regex(/^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$/)).default([]);

export const audioProfile = z
  .strictObject({
    codec: z.enum(['opus', 'aac', 'copy']).default('opus'),
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
     * Codecs that are copied as they are: lossless and object audio by default, and always the profile's own. Besides
     * ffmpeg's names: `dts-hd` (DTS-HD Master Audio and DTS:X), `atmos` (any codec with objects) and `pcm` (every PCM).
     */
    keepCodecs: z
      .array(z.string().min(1))
      .default(['truehd', 'mlp', 'flac', 'alac', 'dts-hd', 'atmos', 'opus']),
    /** only these are kept; empty: all. A file's last audio is never dropped. */
    keepLanguages: languages,
    dropLanguages: languages,
    commentary: z.enum(['keep', 'drop']).default('keep'),
    /** `add`: beside surround sound whose language has no stereo track, a stereo mix of it */
    stereoDownmix: z.enum(['none', 'add']).default('none'),
  })
  .prefault({});
