import { run } from './tools.js';

/** One option as `ffmpeg -h` lists it. */
export interface HelpOption {
  type: string;
  /** inclusive; null where the help names none */
  range: readonly [least: number, most: number] | null;
  /** words that stand for values */
  words: ReadonlySet<string>;
}

const LIMITS: Readonly<Record<string, number>> = {
  INT_MIN: -(2 ** 31),
  INT_MAX: 2 ** 31 - 1,
  I64_MAX: 2 ** 63,
  FLT_MAX: 3.4e38,
  '-FLT_MAX': -3.4e38,
};
const limit = (text: string) => LIMITS[text] ?? Number(text);

/** The options in a piece of ffmpeg's help, by name. */
export function helpOptions(text: string): Map<string, HelpOption> {
  const options = new Map<string, HelpOption>();
  let words = new Set<string>();
  for (const line of text.split('\n')) {
    const option = /^ {2}-(\S+)\s+<(\w+)>/.exec(line);
    if (option?.[1] !== undefined) {
      words = new Set();
      const range = /\(from (\S+) to (\S+)\)/.exec(line);
      options.set(option[1], {
        type: option[2] ?? '',
        range: range === null ? null : [limit(range[1] ?? ''), limit(range[2] ?? '')],
        words,
      });
      continue;
    }
    const word = /^ {5}(\S+)\s/.exec(line);
    if (word?.[1] !== undefined) words.add(word[1]);
  }
  return options;
}

export interface EncoderHelp {
  own: Map<string, HelpOption>;
  pixelFormats: readonly string[];
}

/** @returns null when this ffmpeg does not have the encoder */
export async function encoderHelp(encoder: string): Promise<EncoderHelp | null> {
  const { stdout } = await run('ffmpeg', ['-hide_banner', '-h', `encoder=${encoder}`]);
  if (!stdout.startsWith(`Encoder ${encoder} `)) return null;
  return {
    own: helpOptions(stdout),
    pixelFormats: /Supported pixel formats: (.+)/.exec(stdout)?.[1]?.trim().split(' ') ?? [],
  };
}

/** What every encoder can be told: `AVCodecContext` in `ffmpeg -h full`. */
export async function genericOptions(): Promise<Map<string, HelpOption>> {
  const { stdout } = await run('ffmpeg', ['-hide_banner', '-h', 'full']);
  const section = /^AVCodecContext AVOptions:\n((?: .*\n)+)/m.exec(stdout);
  return helpOptions(section?.[1] ?? '');
}

/** What is wrong with one option and its value; null when nothing is. */
export function fault(name: string, value: string, option: HelpOption | undefined): string | null {
  if (option === undefined) return `-${name} is no option`;
  if (option.type === 'string' || option.type === 'dictionary') return null;
  if (option.words.has(value)) return null;
  const number = value.endsWith('k') ? Number(value.slice(0, -1)) * 1000 : Number(value);
  if (!Number.isFinite(number)) return `-${name} ${value}: allowed are ${[...option.words].join(', ')}`;
  if (option.range !== null && (number < option.range[0] || number > option.range[1]))
    return `-${name} ${value}: allowed is ${option.range.join(' to ')}`;
  return null;
}
