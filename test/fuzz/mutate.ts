import { DAMAGES, type Damage } from './damages.ts';
import { notFilms, oddNames } from './names.ts';
import { SeededRandom } from './random.ts';

/** A whole, playable file. */
export interface Clip {
  id: string;
  /** without the dot */
  extension: string;
  bytes: Buffer;
}

/** A file as a library may have it: damaged, cut, misnamed, or no film at all. */
export interface Mutant {
  /** of the mutation, as the table has it */
  kind: string;
  /** the clip that it was made of, and what was done to it */
  note: string;
  /** inside the library, with `/` */
  path: string;
  bytes: Buffer;
}

const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/** What is done in turn. Damage to the body is in it more often: such files reach the encoder, and break it. */
export const KINDS: readonly string[] = [
  'flip a few bits of the body',
  'cut anywhere',
  'flip many bits of the body',
  'odd name',
  'zeros in the body',
  'cut near the end',
  'odd name, damaged',
  'absurd number',
  'block missing',
  'flip a few bits of the header',
  'flip a few bits of the body',
  'no film',
  'blocks repeated',
  'wrong extension',
  'absurd number',
  'rubbish after the end',
  'halves of two films',
  'flip some bits of the body',
  'tags that are no text',
  'zeros to the end',
  'cut inside the index',
  'blocks swapped',
  'flip many bits of the header',
  'rubbish before the start',
];

/** Files that are named after what was done to them, with the number that it was done with. */
function plainPath(kind: string, index: number, extension: string): string {
  const folder = LETTERS[index % 3] ?? '';
  return `${folder}/${String(index).padStart(3, '0')} ${kind}.${extension}`;
}

function wrongExtension(clip: Clip, random: SeededRandom): string {
  return random.pick(
    ['mkv', 'mp4', 'avi', 'ts', 'mov', 'webm', 'mpg', 'wmv', 'm2v', 'rm'].filter(
      (extension) => extension !== clip.extension,
    ),
  );
}

function damaged(clip: Clip, clips: readonly Clip[], damage: Damage, random: SeededRandom) {
  const bytes = Buffer.from(clip.bytes);
  const other = random.pick(clips.filter(({ extension }) => extension === clip.extension));
  return damage({ bytes, extension: clip.extension, other: other.bytes, random });
}

/**
 * The file with this number; each has random numbers of its own, so that one can be made again alone.
 * @param clips at least one
 */
export function mutant(clips: readonly Clip[], seed: number, index: number): Mutant {
  const random = new SeededRandom(Math.imul(seed, 0x9e3779b1) ^ Math.imul(index + 1, 0x85ebca6b));
  const kind = KINDS[index % KINDS.length] ?? '';
  const clip = random.pick(clips);
  const name = (extension: string) => plainPath(kind, index, extension);
  if (kind === 'no film') {
    const { what, bytes } = random.pick(notFilms(random));
    return { kind, note: what, path: name(random.pick(['mkv', 'mp4', 'avi', 'ts'])), bytes };
  }
  if (kind === 'wrong extension') {
    const extension = wrongExtension(clip, random);
    return { kind, note: clip.id, path: name(extension), bytes: Buffer.from(clip.bytes) };
  }
  if (kind.startsWith('odd name')) {
    const { what, path } = random.pick(oddNames(index, clip.extension));
    const change =
      kind === 'odd name'
        ? { bytes: Buffer.from(clip.bytes), note: 'whole' }
        : damaged(clip, clips, DAMAGES['flip a few bits of the body'], random);
    return { kind, note: `${clip.id}, ${what}, ${change.note}`, path, bytes: change.bytes };
  }
  const damage = Object.entries(DAMAGES).find(([name]) => name === kind)?.[1];
  if (damage === undefined) throw new Error(`there is no mutation ${kind}`);
  const { bytes, note } = damaged(clip, clips, damage, random);
  return { kind, note: `${clip.id}, ${note}`, path: name(clip.extension), bytes };
}
