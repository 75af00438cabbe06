import { z } from 'zod';
import type { MasteringDisplay, Rational } from '../../media/media-info.js';
import { rpuSummary } from '../../tools/dolby-vision/rpu-summary.js';
import { added as film, fieldReader } from '../film/fields.js';
import { producedFile, stored } from '../film/stored.js';

/** What a film with Dolby Vision is, in the words that people look for. */
export interface DolbyVisionMetadata {
  /** of the picture, by its packets */
  frames: number;
  /** frames a second; null when they are not evenly spaced */
  rate: Rational | null;
  masteringDisplay: MasteringDisplay | null;
  /** cd/m2, of the picture below */
  contentLight: { maxContent: number; maxAverage: number } | null;
  profile: number | null;
  level: number | null;
  /** of Profile 7: whether the enhancement layer holds picture data (`fel`) */
  layer: 'mel' | 'fel' | null;
  /** version of the content mapping, such as `4.0`; null when nobody could tell */
  cmVersion: string | null;
  /** L5: pixels of black bars that the metadata leaves out; null when it says nothing of them */
  crop: { top: number; bottom: number; left: number; right: number } | null;
  hdr10Plus: boolean;
}

/** RPU.bin, and how many RPUs are in it. */
const rpuFile = producedFile.extend({ count: z.number() });
export type RpuFile = z.infer<typeof rpuFile>;

/** What the steps add; a step whose way the plan does not go adds null. */
export const added = {
  metadata: film.probe.extend({
    plan: film.plan.shape.plan,
    metadata: stored<DolbyVisionMetadata>('frames', 'layer'),
    /** null when there is no program that could tell */
    rpuSummary: rpuSummary.nullable(),
    audio: film.encodeAudio.shape.audio,
    subtitles: film.convertSubtitles.shape.subtitles,
  }),
  /** the source's picture with both layers, raw */
  extract: z.object({ layers: producedFile.nullable() }),
  /** the same in one layer, Profile 8.1 */
  convert: z.object({ single: producedFile.nullable() }),
  rpu: z.object({ rpu: rpuFile.nullable() }),
  /** the new picture: without RPUs, unless x265 has put them in by itself */
  reencode: z.object({
    encoded: producedFile.nullable(),
    videoCommand: z.string().nullable(),
    videoEncoder: z.string().nullable(),
  }),
  /** the picture with its RPUs, ready to be joined with everything else */
  inject: z.object({ video: producedFile }),
  remux: film.mux.extend(film.verify.shape),
};

export interface DolbyVisionFields
  extends
    z.infer<typeof added.metadata>,
    z.infer<typeof added.extract>,
    z.infer<typeof added.convert>,
    z.infer<typeof added.rpu>,
    z.infer<typeof added.reencode>,
    z.infer<typeof added.inject> {}

export const needOwn = fieldReader<DolbyVisionFields>();
