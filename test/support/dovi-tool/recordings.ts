import { readFileSync } from 'node:fs';
import { splitNals } from './annex-b.ts';

/** What dovi_tool 2.3.1 has made of each RPU here with mode 2, and what it says of files that hold them. */

const file = (name: string): Buffer => readFileSync(new URL(`recorded/${name}`, import.meta.url));

const LEVEL_1 = 'RPU content light level (L1)';
const MEL_WORDS = [
  'DM version: 2 (CM v4.0)',
  'Scene/shot count: 1',
  'RPU mastering display: 0.0001/1000 nits',
  `${LEVEL_1}: MaxCLL: 569.25 nits, MaxFALL: 7.11 nits`,
  'L6 metadata: Mastering display: 0.0001/1000 nits. MaxCLL: 3948 nits, MaxFALL: 120 nits',
  'L5 offsets: top=0, bottom=0, left=0, right=0',
  'L9 MDP: DCI-P3 D65',
];
const FEL_WORDS = [
  'DM version: 1 (CM v2.9)',
  'Scene/shot count: 0',
  'RPU mastering display: 0.0001/1000 nits',
  `${LEVEL_1}: MaxCLL: 630.04 nits, MaxFALL: 5.83 nits`,
  'L6 metadata: Mastering display: 0.0001/1000 nits. MaxCLL: 1712 nits, MaxFALL: 175 nits',
  'L5 offsets: top=276, bottom=277, left=0, right=0',
  'L2 trims: 100 nits',
];

interface Recording {
  /** as Profile 8.1 */
  converted: Buffer;
  /** the summary of a file with such RPUs, from its line `Profile` on */
  words: readonly string[];
}

const recordings = new Map<string, Recording>();

for (const { name, profile, words } of [
  { name: 'mel', profile: '7 (MEL)', words: MEL_WORDS },
  { name: 'fel', profile: '7 (FEL)', words: FEL_WORDS },
]) {
  const converted = splitNals(file(`${name}-to-81.bin`));
  for (const [index, rpu] of splitNals(file(`${name}.bin`)).entries()) {
    const to = converted[index];
    if (to === undefined) throw new Error(`${name}.bin and ${name}-to-81.bin do not belong together`);
    recordings.set(rpu.toString('base64'), { converted: to, words: [`Profile: ${profile}`, ...words] });
    recordings.set(to.toString('base64'), { converted: to, words: ['Profile: 8', ...words] });
  }
}

/** @throws Error for an RPU that was not recorded: this program understands none */
export function recordingOf(rpu: Buffer): Recording {
  const found = recordings.get(rpu.toString('base64'));
  if (found === undefined)
    throw new Error(
      'this is no dovi_tool but a stand-in for tests, which knows the RPUs of test/support/dovi-tool/recorded alone',
    );
  return found;
}
