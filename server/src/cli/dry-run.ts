import { realpath } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { LIBRARY_DEFAULTS } from '#contracts';
import { decide } from '#engine/plan/decide.js';
import { fileFacts } from '#engine/plan/file-facts.js';
import type { Decision, Plan } from '#engine/plan/plan.types.js';
import { probeFile } from '#engine/tools/ffprobe.js';
import PQueue from 'p-queue';
import { hardLinkReason, isHeld } from '../files/hard-links.js';
import { LibraryProfiles } from '../profiles/library-profiles.js';
import type { LoadedProfile, NamedProfiles } from '../profiles/loaded-profile.js';
import { readNamedProfiles } from '../profiles/profile-files.js';
import { walkLibrary } from '../scanner/walk/walk-library.js';
import { printable, saving, size } from './text.js';

const PROBE_TIMEOUT_MS = 60_000;

export interface DryRunOptions {
  libraries: readonly string[];
  profile: string | undefined;
  /** only read from; it need not exist */
  configDirectory: string;
  signal: AbortSignal;
  out: (line: string) => void;
}

type Encode = Extract<Decision, { verdict: 'encode' }>;

interface Totals {
  files: number;
  encode: number;
  /** of their Dolby Vision alone, for which no saving is expected */
  convert: number;
  /** bytes of what is to be encoded */
  before: number;
  after: number;
}

const isConvert = ({ dolbyVision }: Plan) => dolbyVision?.way === 'convert';

/** What would be done with a file, by which pipeline, and with each of its streams. */
function planLines(shown: string, before: number, { plan, reason }: Encode): string[] {
  const { expectedSize, streams, pipeline, dolbyVision } = plan;
  const sizes = isConvert(plan)
    ? `${size(before)}, and about as much afterwards`
    : `${size(before)} to about ${size(expectedSize)}, saves ${saving(before - expectedSize, before)}`;
  const way = dolbyVision === null ? '' : ` (${dolbyVision.kind}: ${dolbyVision.way})`;
  return [
    `${isConvert(plan) ? 'convert' : 'encode '} ${printable(shown)}`,
    `        ${reason.message.replace(/\.$/, '')}; ${sizes}`,
    ...(pipeline === 'compress' ? [] : [`        by the pipeline ${pipeline}${way}`]),
    ...streams.map(({ index, action, reason: why }) => `        stream ${index}: ${action}, ${why.message}`),
  ];
}

/** Says only what there is: sizes where something is to be encoded. */
export function totalLine({ files, encode, convert, before, after }: Totals): string {
  const sizes = `${size(before)} to about ${size(after)}, saves about ${saving(before - after, before)}`;
  const parts = [
    ...(encode === 0 ? [] : [`${encode} to encode: ${sizes}`]),
    ...(convert === 0 ? [] : [`${convert} to convert to Dolby Vision Profile 8.1`]),
  ];
  const work = parts.length === 0 ? 'nothing to do' : parts.join('; ');
  return `${files} ${files === 1 ? 'file' : 'files'}, ${work}. Nothing was changed.`;
}

/** The profiles of the configuration folder, and those that the program brings; all is well with the one named. */
async function readProfiles(name: string, configDirectory: string): Promise<NamedProfiles> {
  const folder = path.join(configDirectory, 'profiles');
  const named = await readNamedProfiles(folder);
  const errors = named.errors(name);
  if (errors.length > 0) throw new Error(errors.join('\n'));
  if (named.find(name) !== undefined) return named;
  throw new Error(`there is no profile ${name}: ${path.join(folder, `${name}.yaml`)} does not exist`);
}

/**
 * Prints what would be done with every file, and why. Starts no server, needs no database, and changes nothing on
 * disk, not even in the configuration folder.
 */
export async function dryRun(options: DryRunOptions): Promise<void> {
  const { out, signal } = options;
  const name = options.profile ?? LIBRARY_DEFAULTS.profile;
  const named = await readProfiles(name, options.configDirectory);
  const queue = new PQueue({ concurrency: availableParallelism() });
  const totals: Totals = { files: 0, encode: 0, convert: 0, before: 0, after: 0 };

  const judge = async (
    file: { path: string; size: number; mtimeNs: string; links: number },
    shown: string,
    { profile }: LoadedProfile,
  ): Promise<void> => {
    totals.files += 1;
    if (isHeld(file.links, LIBRARY_DEFAULTS.hardLinks)) {
      const { code, message } = hardLinkReason('it', file.links, LIBRARY_DEFAULTS.hardLinks);
      out(`skip    ${printable(shown)}\n        ${message} (${code})`);
      return;
    }
    try {
      const info = await probeFile(file.path, { timeoutMs: PROBE_TIMEOUT_MS, signal });
      const decision = decide(info, profile, fileFacts(file.mtimeNs));
      if (decision.verdict === 'skip') {
        out(`skip    ${printable(shown)}\n        ${decision.reason.message} (${decision.reason.code})`);
        return;
      }
      for (const line of planLines(shown, file.size, decision)) out(line);
      if (isConvert(decision.plan)) {
        totals.convert += 1;
        return;
      }
      totals.encode += 1;
      totals.before += file.size;
      totals.after += decision.plan.expectedSize;
    } catch (error) {
      signal.throwIfAborted();
      const message = error instanceof Error ? error.message : String(error);
      out(`skip    ${printable(shown)}\n        it cannot be read: ${printable(message)} (unreadable)`);
    }
  };

  for (const folder of options.libraries) {
    const root = await realpath(folder);
    const profiles = new LibraryProfiles({ name: folder, path: root, profile: name }, named);
    const { extensions, minimumSize, ignore, hardLinks } = LIBRARY_DEFAULTS;
    const rules = { extensions, minimumSize, minimumAgeSeconds: 0, ignore, hardLinks };
    const files = walkLibrary(root, rules, (change) => {
      if (change.kind === 'gone') return;
      const { directory, text, problem } = change;
      profiles.set({ directory, text, problem, validText: null });
      for (const error of profiles.state(directory).errors) out(`mistake ${printable(error)}`);
    });
    for (let next = await files.next(); ; next = await files.next()) {
      signal.throwIfAborted();
      if (next.done === true) {
        for (const problem of next.value.problems)
          out(`problem ${printable(problem.path)}\n        ${problem.message}`);
        break;
      }
      const file = next.value;
      void queue.add(() => judge(file, path.relative(root, file.path), profiles.for(file.directory)));
      // Bounded, however large the library is.
      await queue.onSizeLessThan(availableParallelism() * 4);
    }
  }
  await queue.onIdle();
  out(totalLine(totals));
}
