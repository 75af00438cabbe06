import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { accessUnits, isFirstSlice, isSlice, joinNals, NAL, splitNals, typeOf } from './annex-b.ts';
import { displayOrder } from './picture-order.ts';
import { recordingOf } from './recordings.ts';
import { formatRpus, nalOfRpu, parseRpus, rpuOfNal } from './rpu-file.ts';

/** The commands that the pipelines use. Each reads whole files: the tests' are small. */

type Say = (line: string) => void;

/** @param input a path, or `-` for standard input */
function readNals(input: string, output: string): Buffer[] {
  if (input !== '-' && !existsSync(input)) throw new Error("Input file doesn't exist.");
  // It is there before the first frame is.
  writeFileSync(output, '');
  const nals = splitNals(readFileSync(input === '-' ? 0 : input));
  if (!nals.some(isFirstSlice)) throw new Error('No frames parsed!');
  return nals;
}

const convertedRpu = (rpu: Buffer, mode: number): Buffer => (mode === 2 ? recordingOf(rpu).converted : rpu);

/** `convert`: each RPU converted where it is; with `discard` without the enhancement layer. */
export function convert(options: { input: string; output: string; mode: number; discard: boolean }): void {
  const { input, output, mode, discard } = options;
  const nals = readNals(input, output)
    .filter((nal) => !discard || typeOf(nal) !== NAL.enhancement)
    .map((nal) => (typeOf(nal) === NAL.rpu ? nalOfRpu(convertedRpu(rpuOfNal(nal), mode)) : nal));
  try {
    writeFileSync(output, joinNals(nals));
  } catch (error) {
    // The real one does not look at how its last 100 KB were written.
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}

/** `extract-rpu`: into the order of display. A stream without RPUs gives an empty file. */
export function extractRpu(
  { input, output, mode }: { input: string; output: string; mode: number },
  say: Say,
): void {
  const units = accessUnits(readNals(input, output));
  const rpus: Buffer[] = [];
  for (const [decoded, place] of displayOrder(units).entries()) {
    const nal = units[decoded]?.find((unit) => typeOf(unit) === NAL.rpu);
    if (nal !== undefined) rpus[place] = convertedRpu(rpuOfNal(nal), mode);
  }
  writeFileSync(output, formatRpus(Object.values(rpus)));
  say('Reordering metadata... Done.');
}

/** `inject-rpu`: one behind the last slice of each picture. A number that does not fit is met, with a warning alone. */
export function injectRpu(
  { input, rpu, output }: { input: string; rpu: string; output: string },
  say: Say,
): void {
  writeFileSync(output, '');
  say('Parsing RPU file...');
  if (!existsSync(rpu)) throw new Error('No such file or directory (os error 2)');
  const rpus = parseRpus(readFileSync(rpu));
  say('Processing input video for frame order info...');
  const units = accessUnits(readNals(input, output));
  if (units.length !== rpus.length) {
    say(`\nWarning: mismatched lengths. video ${units.length}, RPU ${rpus.length}`);
    const what = rpus.length < units.length ? 'duplicated' : 'skipped';
    say(`Metadata will be ${what} at the end to match video length\n`);
  }
  say('Rewriting file with interleaved RPU NALs..');
  const places = displayOrder(units);
  const injected = units.flatMap((unit, decoded) => {
    const found = rpus[places[decoded] ?? 0] ?? rpus.at(-1);
    if (found === undefined) throw new Error('No RPUs');
    const nals = unit.filter((nal) => typeOf(nal) !== NAL.rpu);
    return nals.toSpliced(nals.findLastIndex(isSlice) + 1, 0, nalOfRpu(found));
  });
  writeFileSync(output, joinNals(injected));
}

/** `info --summary` */
export function info(file: string, say: Say): void {
  if (!existsSync(file)) throw new Error("Input file doesn't exist.");
  say('Parsing RPU file...');
  const rpus = parseRpus(readFileSync(file));
  const [first] = rpus;
  if (first === undefined) throw new Error('No RPU found');
  const lines = [`Frames: ${rpus.length}`, ...recordingOf(first).words];
  say(`\nSummary:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}
