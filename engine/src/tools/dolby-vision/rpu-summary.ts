import { z } from 'zod';

const crop = z.object({ top: z.number(), bottom: z.number(), left: z.number(), right: z.number() });

/** What a film's Dolby Vision metadata says of itself, from its first frame to its last. */
export const rpuSummary = z.object({
  /** RPUs; one a frame */
  frames: z.number(),
  /** of all of them; null when they do not agree */
  profile: z.number().nullable(),
  /** of Profile 7: whether any frame has a full enhancement layer (`fel`), or none (`mel`); null: no second layer */
  layer: z.enum(['mel', 'fel']).nullable(),
  /** of the content mapping, such as `2.9` or `4.0`; `2.9, 4.0` where a film has both */
  cmVersion: z.string().nullable(),
  /** cuts that it knows of */
  shots: z.number().nullable(),
  /** pixels of black bars (L5) that all frames have at least; null: it does not say */
  crop: crop.nullable(),
  /** whether frames differ in their bars */
  cropVaries: z.boolean(),
  /** cd/m2 of the display that it was made on, such as `0.0001/1000` */
  masteringDisplay: z.string().nullable(),
  /** cd/m2 as the metadata (L6) claims them; null: it does not, or says 0 */
  maxCll: z.number().nullable(),
  maxFall: z.number().nullable(),
});

export type RpuSummary = z.infer<typeof rpuSummary>;

/** The value of a line such as `  Profile: 7 (MEL)`, its name in one or more forms; null when there is no such line. */
function valueOf(text: string, name: string): string | null {
  return new RegExp(`^\\s*${name}: (.*)$`, 'm').exec(text)?.[1]?.trim() ?? null;
}

/** All numbers behind `name=` or `name: `, also both ends of a range such as `240..480`. */
function numbers(text: string | null): number[] {
  return (text?.match(/\d+(\.\d+)?/g) ?? []).map(Number);
}

function layerOf(profiles: string): RpuSummary['layer'] {
  if (profiles.includes('FEL')) return 'fel';
  return profiles.includes('MEL') ? 'mel' : null;
}

function cropOf(text: string): Pick<RpuSummary, 'crop' | 'cropVaries'> {
  const line = valueOf(text, 'L5 offsets');
  const side = (name: string) => numbers(new RegExp(`${name}=([\\d.]+)`).exec(line ?? '')?.[1] ?? null);
  const sides = [side('top'), side('bottom'), side('left'), side('right')];
  const [top, bottom, left, right] = sides.map(([least]) => least);
  if (top === undefined || bottom === undefined || left === undefined || right === undefined)
    return { crop: null, cropVaries: false };
  return { crop: { top, bottom, left, right }, cropVaries: (line ?? '').includes('..') };
}

/** The highest that the lines of L6 claim: there may be several. */
function lightLevel(text: string, name: string): number | null {
  const claims = text.split('\n').filter((line) => line.includes('Mastering display: '));
  const found = claims.flatMap((line) => numbers(new RegExp(`${name}: ([\\d.]+)`).exec(line)?.[1] ?? null));
  const highest = Math.max(0, ...found);
  return highest === 0 ? null : highest;
}

/**
 * Reads what `dovi_tool info --summary` prints.
 * @throws Error when it is no such summary
 */
export function parseRpuSummary(text: string): RpuSummary {
  const [frames] = numbers(valueOf(text, 'Frames'));
  const profiles = valueOf(text, 'Profiles?');
  if (frames === undefined || profiles === null)
    throw new Error(`this is no summary of Dolby Vision metadata: ${text.trim().slice(0, 200)}`);
  const found = numbers(profiles);
  const versions = /CM (.*?)\)/.exec(valueOf(text, 'DM version') ?? '')?.[1] ?? null;
  return {
    frames,
    profile: found.length === 1 ? (found[0] ?? null) : null,
    layer: layerOf(profiles),
    cmVersion:
      versions === null
        ? null
        : numbers(versions)
            .map((version) => version.toFixed(1))
            .join(', '),
    shots: numbers(valueOf(text, 'Scene/shot count'))[0] ?? null,
    ...cropOf(text),
    masteringDisplay: valueOf(text, 'RPU mastering display')?.replaceAll(' nits', '') ?? null,
    maxCll: lightLevel(text, 'MaxCLL'),
    maxFall: lightLevel(text, 'MaxFALL'),
  };
}
