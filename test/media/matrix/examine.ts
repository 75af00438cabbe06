import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Profile } from '#engine/profile/schema/index.js';
import { fileOf } from './clips.ts';
import { compareFiles } from './compare.ts';
import { runCase, type CaseResult } from './run-case.ts';
import { type ProfileName, type Source } from './source.ts';

/** What became of one source under one profile. */
export interface Examined extends CaseResult {
  source: Source;
  profileName: ProfileName;
  /** `encoded`, the code of the reason for which it was left alone, or `failed: CODE` */
  verdict: string;
  /** the reason in words; '' for what was encoded */
  message: string;
  /** in which ways the new file is not what it should be */
  differences: string[];
  /** what was compared, in a word or two each */
  checked: string[];
  /** bytes of source and new file; null without one */
  sizes: { before: number; after: number } | null;
}

function verdictOf({ outcome }: CaseResult): { verdict: string; message: string } {
  switch (outcome.kind) {
    case 'delivered':
      return { verdict: 'encoded', message: '' };
    case 'skipped':
      return { verdict: outcome.reason.code, message: outcome.reason.message };
    case 'failed':
      return { verdict: `failed: ${outcome.reason.code}`, message: outcome.reason.message };
    case 'yielded':
    case 'cancelled':
      return { verdict: outcome.kind, message: '' };
  }
}

/** Makes the source if need be, runs it through the pipeline, and compares what comes out with what went in. */
export async function examine(source: Source, profileName: ProfileName, profile: Profile): Promise<Examined> {
  const file = await fileOf(source);
  const folder = await mkdtemp(path.join(tmpdir(), 'boilarr-matrix-'));
  try {
    const result = await runCase(file, folder, profile, profileName);
    const compared =
      result.output === null || result.plan === null
        ? { differences: [], checked: [] }
        : await compareFiles(file, result.output, result.plan);
    const { outcome } = result;
    const sizes =
      outcome.kind === 'delivered' && result.info !== null
        ? { before: result.info.container.size, after: outcome.delivery.outputs[0]?.size ?? 0 }
        : null;
    return { ...result, ...verdictOf(result), ...compared, source, profileName, sizes };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
