import { readFileSync } from 'node:fs';
import { findPackageJSON } from 'node:module';
import path from 'node:path';
import { z } from 'zod';

const manifestPath = findPackageJSON(import.meta.url);
if (manifestPath === undefined) throw new Error('package.json is missing beside the program');

/** The folder that package.json lies in. */
export const PROJECT_ROOT = path.dirname(manifestPath);

/** Boilarr's version. */
export const VERSION = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(manifestPath, 'utf8'))).version;
