import { mkdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Capabilities, Checkpoint } from '#contracts';
import type { MediaInfo } from '#engine/media/media-info.js';
import { runPipeline, type Outcome } from '#engine/pipeline/runner.js';
import type { Fields, Pipeline } from '#engine/pipeline/step.js';
import { profileHash } from '#engine/profile/parse.js';
import type { Plan } from '#engine/plan/plan.types.js';
import type { Profile } from '#engine/profile/schema/index.js';
import { findCapabilities } from '#engine/tools/capabilities.js';
import { runTool } from '#engine/tools/run-tool.js';

export interface FilmRun {
  source: string;
  /** the job's own folder; what an earlier run has left there is found again */
  folder: string;
  profile: Profile;
  profileName?: string;
  /** what an earlier run's steps have added; none: from the beginning */
  checkpoint?: Checkpoint;
  /** in place of this machine's */
  capabilities?: Capabilities;
  /** in place of the programs themselves */
  run?: typeof runTool;
  /** the node's quick storage; none: it has none */
  scratch?: string;
  /** told when a step begins */
  onStep?: (name: string) => void;
  signal?: AbortSignal;
}

export interface FilmResult {
  outcome: Outcome;
  /** what each finished step has added: of these, another run can go on */
  checkpoint: Checkpoint;
  fields: Fields;
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

/** Of this machine, asked once. */
export async function machine(): Promise<Capabilities> {
  asked ??= findCapabilities();
  return asked;
}

/** Runs a film through the steps of a real job on this machine, as a node would, with nobody to report to. */
export async function runFilm(pipeline: Pipeline, film: FilmRun): Promise<FilmResult> {
  const capabilities = film.capabilities ?? (await machine());
  const { source, folder, profile } = film;
  await mkdir(folder, { recursive: true });
  const log: string[] = [];
  const signal = film.signal ?? new AbortController().signal;
  const status = await stat(source, { bigint: true });
  const checkpoint: Checkpoint = [...(film.checkpoint ?? [])];
  const shown = (argv: readonly string[]) => argv.map((word) => JSON.stringify(word)).join(' ');
  const outcome = await runPipeline(pipeline, {
    checkpoint,
    slot: { acquire: () => Promise.resolve(() => undefined) },
    report: {
      step: ({ index, name, state, fields = {} }) => {
        if (state === 'running') film.onStep?.(name);
        if (state === 'completed') checkpoint.splice(index, Infinity, { step: name, fields });
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
      token: 'test',
      title: path.basename(source),
      params: {
        profile,
        profileName: film.profileName ?? 'test',
        profileHash: profileHash(profile),
        sourceHash: null,
      },
      children: new Map(),
      workFolder: folder,
      capabilities,
      gpuDevice: null,
      threads: 0,
      signal,
      log: {
        info: (message) => log.push(message),
        command: (argv) => log.push(`$ ${shown(argv)}`),
        tool: (name, line) => log.push(`${name}: ${line}`),
      },
      run: async (tool, args, options = {}) => {
        const input = options.input === undefined ? [] : [options.input.tool, ...options.input.args, '|'];
        log.push(`$ ${shown([...input, tool, ...args])}`);
        return (film.run ?? runTool)(tool, args, {
          ...options,
          signal: options.signal === undefined ? signal : AbortSignal.any([signal, options.signal]),
          onStderrLine: (line, touch) => {
            log.push(`${tool}: ${line}`);
            options.onStderrLine?.(line, touch);
          },
        });
      },
      produce: async (name, write, into) => {
        const partial = path.join(into ?? folder, `partial-${name}`);
        try {
          await write(partial);
        } catch (error) {
          await rm(partial, { force: true });
          throw error;
        }
        await rename(partial, path.join(into ?? folder, name));
        return path.join(into ?? folder, name);
      },
      scratch: () => Promise.resolve(film.scratch ?? null),
    },
  });
  const fields = checkpoint.reduce<Fields>((all, entry) => ({ ...all, ...entry.fields }), {});
  return {
    outcome,
    checkpoint,
    fields,
    plan: (fields['plan'] as Plan | undefined) ?? null,
    info: (fields['info'] as MediaInfo | undefined) ?? null,
    output: outcome.kind === 'delivered' ? (outcome.delivery.outputs[0]?.stagedPath ?? null) : null,
    log,
  };
}
