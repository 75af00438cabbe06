import { z } from 'zod';
import type { MeasuredStreams } from '../../media/media-info.js';
import { stored } from './stored.js';

/** What the server's gate and history want to know of a film's job. */
export const filmResult = z.object({
  /** the command that made the picture; null when none was made */
  command: z.string().nullable(),
  encoderVersion: z.string().nullable(),
  expectedSize: z.number(),
  /** what the plan was made with besides the headers; the server plans anew with it */
  measured: stored<MeasuredStreams>(),
});
