import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeComplaints, ffprobe } from '../support/media.ts';
import type { Mutant } from './mutate.ts';
import type { Outcome } from './outcome.ts';
import { playable, type Played } from './playable.ts';

/** Where a file may stand when nothing is left to do. */
const FINAL = new Set(['replaced', 'skipped', 'unreadable', 'failed']);
/** Words of programs, which a reason must not begin with: first comes what it means. */
const RAW = /^(?:ffprobe|ffmpeg|mkvmerge|Error|TypeError|RangeError|spawn)\b/;
const NONSENSE = /\b(?:NaN|undefined|Infinity)\b|\[object/;
/** characters that a person would read */
const LONGEST_REASON = 2000;

/** seconds by which the ends of a replaced film may differ: a frame of either picture or sound and its priming */
const SPAN_TOLERANCE = 0.15;
/** pictures that a decoder drops or shows beyond another at a damaged place */
const FRAME_TOLERANCE = 2;

function reasonViolations(outcome: Outcome): string[] {
  if (outcome.status === 'replaced') return [];
  const { code = '', message = '' } = outcome.reason ?? {};
  const found: string[] = [];
  if (!/^\w+$/.test(code)) found.push(`its reason has no code: "${code}"`);
  if (message.trim().length < 10) found.push(`its reason says nothing: "${message}"`);
  if (RAW.test(message)) found.push(`its reason begins with a program's words: "${message}"`);
  if (NONSENSE.test(message)) found.push(`its reason holds nonsense: "${message}"`);
  if (message.length > LONGEST_REASON) found.push(`its reason has ${message.length} characters`);
  return found;
}

function playedDiffers(what: string, source: Played | null, output: Played | null): string[] {
  if (source === null) return [];
  if (output === null) return [`${what} of ${source.seconds.toFixed(2)} s is not in the output`];
  const found: string[] = [];
  const off = Math.abs(source.seconds - output.seconds);
  if (off > SPAN_TOLERANCE) {
    found.push(
      `${what} lasts ${source.seconds.toFixed(3)} s, and in the output ${output.seconds.toFixed(3)} s`,
    );
  }
  // A deinterlaced picture, or one that damage lets look interlaced, has two frames for each.
  const fits = [1, 2].some(
    (each) => Math.abs(each * source.frames - output.frames) <= each * FRAME_TOLERANCE,
  );
  if (what === 'picture' && !fits) {
    found.push(`${what} has ${source.frames} frames, and in the output ${output.frames}`);
  }
  return found;
}

/** What a strict decoder says of an output's picture or sound; a copy may be as damaged as its source is. */
async function complaints(source: string, output: string, kind: 'V' | 'a'): Promise<string[]> {
  const said = await decodeComplaints(output, [kind]);
  if (said === '') return [];
  const codec = async (file: string) =>
    (await ffprobe(file)).streams
      .filter(({ codec_type }) => codec_type === (kind === 'V' ? 'video' : 'audio'))
      .map(({ codec_name }) => codec_name)
      .join(' ');
  const isCopy = (await codec(source)) === (await codec(output));
  if (isCopy && (await decodeComplaints(source, [kind])) !== '') return [];
  return [`its output does not decode cleanly: ${said.slice(0, 500)}`];
}

async function replacedViolations(
  mutant: Mutant,
  replaced: { trashPath: string; replacementPath: string },
): Promise<string[]> {
  const original = await readFile(replaced.trashPath).catch(() => null);
  if (original === null) return [`its original is not in the trash (${replaced.trashPath})`];
  if (!original.equals(mutant.bytes)) return ['its original in the trash is not what it was'];
  const { trashPath, replacementPath } = replaced;
  const [source, output] = [await playable(trashPath), await playable(replacementPath)];
  return [
    ...(await complaints(trashPath, replacementPath, 'V')),
    ...(await complaints(trashPath, replacementPath, 'a')),
    ...playedDiffers('picture', source.picture, output.picture),
    ...playedDiffers('sound', source.sound, output.sound),
  ];
}

/** What is wrong with how one file ended; empty when nothing is. */
export async function fileViolations(
  library: string,
  mutant: Mutant,
  outcome: Outcome | undefined,
): Promise<string[]> {
  if (outcome === undefined) return ['the program does not know it'];
  const found = reasonViolations(outcome);
  if (!FINAL.has(outcome.status)) found.push(`its status is ${outcome.status}`);
  if ((outcome.status === 'replaced') !== (outcome.replaced !== null))
    found.push(
      `its status is ${outcome.status}, and its original is${outcome.replaced === null ? ' not' : ''} in the trash`,
    );
  if (outcome.replaced !== null) return [...found, ...(await replacedViolations(mutant, outcome.replaced))];
  const now = await readFile(path.join(library, mutant.path)).catch(() => null);
  if (now === null) found.push('it is gone');
  else if (!now.equals(mutant.bytes)) found.push('it was changed');
  return found;
}

/** Files below a folder, by their path inside it. */
async function filesBelow(root: string): Promise<string[]> {
  const entries = await readdir(root, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => path.relative(root, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Files that nobody put there: what was staged, half written, or forgotten. */
export async function leftovers(
  library: string,
  workFolder: string,
  mutants: readonly Mutant[],
  outcomes: ReadonlyMap<string, Outcome>,
): Promise<string[]> {
  const expected = new Set<string>();
  for (const { path: name } of mutants) {
    const replaced = outcomes.get(name)?.replaced;
    if (replaced == null) expected.add(path.join(library, name));
    else expected.add(replaced.replacementPath).add(replaced.trashPath);
  }
  const markers = new Set(['.ignore', '.plexignore', '.nomedia']);
  const inLibrary = (await filesBelow(library)).filter(
    (name) =>
      !expected.has(path.join(library, name)) &&
      !(path.dirname(name) === '.boilarr-trash' && markers.has(path.basename(name))),
  );
  // A job that failed may be run again from a step on; what its earlier steps made is kept for that.
  const kept = [...outcomes.values()].flatMap(({ job }) =>
    job?.state === 'failed_permanent' ? [`job-${job.id}`] : [],
  );
  const inWork = (await filesBelow(workFolder)).filter(
    (name) =>
      // The node's own, which stay.
      !['agent.lock', 'agent.holder'].includes(name) &&
      (!kept.includes(path.dirname(name)) || path.basename(name).startsWith('partial-')),
  );
  return [...inLibrary.map((name) => `library: ${name}`), ...inWork.map((name) => `work folder: ${name}`)];
}
