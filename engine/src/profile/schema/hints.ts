import { z } from 'zod';

/** What is said of a word, or of a section's key, that is not allowed but is likely to be tried: by that word. */
export const HINTS = z.registry<Readonly<Record<string, string>>>();
