import { z } from 'zod';
import type { MediaInfo } from '../../media/media-info.js';

/**
 * Something of ours that a checkpoint carried: checked for being there, not field by field.
 * @param keys that an older version did not write: without them the step runs again
 */
export function stored<T extends object>(...keys: readonly (keyof T)[]): z.ZodType<T> {
  return z.custom<T>(
    (value) => typeof value === 'object' && value !== null && keys.every((key) => Object.hasOwn(value, key)),
  );
}

/** Headers whose pictures say what this version wants to know of them. */
export const storedInfo = stored<MediaInfo>('streams').refine(
  ({ streams }) =>
    Array.isArray(streams) &&
    streams.every((stream) => stream.kind !== 'video' || Object.hasOwn(stream, 'look')),
);

export const producedFile = z.object({ path: z.string(), size: z.number() });
export type ProducedFile = z.infer<typeof producedFile>;
