import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Capabilities } from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import { compress } from '#engine/pipelines/compress/index.js';
import { runPipeline, type Outcome } from '#engine/pipeline/runner.js';
import type { Fields } from '#engine/pipeline/step.js';
import { profileHash } from '#engine/profile/parse.js';
import type { Plan } from '#engine/plan/plan.types.js';
import type { Profile } from '#engine/profile/schema/index.js';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { runTool } from '#engine/tools/run-tool.js';

export interface CaseResult {
  outcome: Outcome;
  /** null when the file was left alone before there was one */
  plan: Plan | null;
  /** of the source; null when it could not be probed */
  info: MediaInfo | null;
  /** the new file; null when there is none */
  output: string | null;
  /** the job's log: what was run, and what it said */
  log: string[];
}

let asked: Promise<Capabilities> | undefined;

/** Runs a file through the steps of a real job on this machine, as a node would, with nobody to report to. */
export async function runCase(
  source: string,
  folder: string,
  profile: Profile,
  profileName: string,
): Promise<CaseResult> {
  asked ??= findCapabilities();
  const capabilities = await asked;
  await mkdir(folder, { recursive: true });
  const log: string[] = [];
  const { signal } = new AbortController();
  const status = await stat(source, { bigint: true });
  let fields: Fields = {};
  const outcome = await runPipeline(compress, {
    checkpoint: [],
    slot: { acquire: () => Promise.resolve(() => undefined) },
    report: {
      step: (report) => {
        fields = { ...fields, ...report.fields };
      },
      progress: () => undefined,
    },
    inputs: () =>
      Promise.resolve([
        {
          name: 'source',
          path: source,
          localPath: source,
          size: Number(status.size),
          mtimeNs: String(status.mtimeNs),
        },
      ]),
    context: {
      jobId: 1,
      attempt: 1,
      token: 'matrix',
      title: path.basename(source),
      params: { profile, profileName, profileHash: profileHash(profile), sourceHash: null },
      children: new Map(),
      workFolder: folder,
      capabilities,
      gpuDevice: null,
      threads: 0,
      signal,
      log: {
        info: (message) => log.push(message),
        command: (argv) => log.push(`$ ${argv.map((word) => JSON.stringify(word)).join(' ')}`),
        tool: (name, line) => log.push(`${name}: ${line}`),
      },
      run: async (tool, args, options = {}) => {
        log.push(`$ ${[tool, ...args].map((word) => JSON.stringify(word)).join(' ')}`);
        return runTool(tool, args, {
          ...options,
          signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
          onStderrLine: (line) => {
            log.push(`${tool}: ${line}`);
            options.onStderrLine?.(line);
          },
        });
      },
      produce: async (name, write) => {
        const partial = path.join(folder, `partial-${name}`);
        try {
          await write(partial);
        } catch (error) {
          await rm(partial, { force: true });
          throw error;
        }
        await rename(partial, path.join(folder, name));
        return path.join(folder, name);
      },
      scratch: () => Promise.resolve(null),
    },
  });
  return {
    outcome,
    plan: (fields['plan'] as Plan | undefined) ?? null,
    info: (fields['info'] as MediaInfo | undefined) ?? null,
    output: outcome.kind === 'delivered' ? (outcome.delivery.outputs[0]?.stagedPath ?? null) : null,
    log,
  };
}
