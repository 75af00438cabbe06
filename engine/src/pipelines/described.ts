import path from 'node:path';
import type { Capabilities, Reason } from '#contracts';
import { dateArgs } from '../command/date-args.js';
import { decodeArgs } from '../command/decode-args.js';
import { chaptersXml, tagsXml } from '../command/matroska-xml.js';
import { muxArgs } from '../command/mux-args.js';
import type { MuxFiles } from '../command/mux.types.js';
import { coverArgs, restArgs } from '../command/rest-args.js';
import { copiedCovers } from '../command/stream-plans.js';
import { subtitleArgs } from '../command/subtitle-args.js';
import type { MediaInfo } from '../media/media-info.js';
import type { Plan } from '../plan/plan.types.js';
import type { Profile } from '../profile/schema/index.js';

/** A command of a step, as it would be run. */
export interface StepCommand {
  step: string;
  argv: string[];
  /** the program whose standard output is this one's standard input; null: none */
  input: string[] | null;
}

export interface DescribedCommands {
  commands: StepCommand[];
  /** what is worth knowing of the choice of encoder: a fallback, grain that is left out */
  note: string | null;
  /** why the node that was asked about cannot do this; its commands are left out then */
  refused: Reason | null;
}

export interface CommandsInput {
  source: string;
  info: MediaInfo;
  plan: Plan;
  profile: Profile;
  /** of the node that would do it */
  capabilities: Capabilities;
  workFolder: string;
}

type Made = Pick<MuxFiles, 'video' | 'timestamps' | 'audio' | 'subtitles' | 'videoStart'>;

/**
 * Commands in the order in which a node runs them. Names in the work folder are shorter than a job's, which hold its token as
 * well.
 */
export class Description {
  readonly commands: StepCommand[] = [];

  constructor(private readonly input: CommandsInput) {}

  /** @returns the path of a file in the work folder */
  name(file: string): string {
    return path.join(this.input.workFolder, file);
  }

  /** @param from the program before it, where there is one */
  add(step: string, argv: readonly string[], from: readonly string[] | null = null): void {
    this.commands.push({ step, argv: [...argv], input: from === null ? null : [...from] });
  }

  /** Adds ffmpeg for a file, where anything is to be put into it. @returns its path; null: none is made */
  part(step: string, file: string, build: (output: string) => string[] | null): string | null {
    const args = build(this.name(file));
    if (args === null) return null;
    this.add(step, ['ffmpeg', ...args]);
    return this.name(file);
  }

  /** Adds what turns subtitles into another format. */
  subtitles(step: string): string | null {
    const { source, info, plan } = this.input;
    return this.part(step, 'subtitles.mks', (output) => subtitleArgs({ input: source, info, plan, output }));
  }

  /** Adds what puts everything into one file. @param before of these, between the parts and the joining */
  join(step: string, made: Made, before: () => void = () => undefined): string {
    const { source, info, plan } = this.input;
    const rest = this.part(step, 'rest.mkv', (output) => restArgs({ input: source, info, plan, output }));
    const covers = copiedCovers(info, plan).map(({ index }) => ({
      index,
      path: this.name(`cover-${index}`),
    }));
    for (const cover of covers)
      this.add(step, ['ffmpeg', ...coverArgs({ input: source, output: cover.path, index: cover.index })]);
    before();
    const matroska = plan.container === 'mkv';
    const files: MuxFiles = {
      ...{ ...made, rest, covers },
      chapters: matroska && chaptersXml(info) !== null ? this.name('chapters.xml') : null,
      tags: matroska && tagsXml(info) !== null ? this.name('tags.xml') : null,
    };
    const output = this.name(`output.${plan.container}`);
    const { tool, args } = muxArgs({ source, output, info, plan, files });
    this.add(step, [tool, ...args]);
    const date = dateArgs(info, plan, output);
    if (date !== null) this.add(step, ['mkvpropedit', ...date]);
    return output;
  }

  /** Adds the decoding of the whole result. */
  check(step: string, output: string): void {
    this.add(step, ['ffmpeg', ...decodeArgs(output)]);
  }

  /** @param note see DescribedCommands */
  result(note: string | null = null): DescribedCommands {
    return { commands: this.commands, note, refused: null };
  }
}

export function refusedFor(refused: Reason): DescribedCommands {
  return { commands: [], note: null, refused };
}

/** @returns why a node without these programs takes no such job; null when it has all */
export function lacksTools(capabilities: Capabilities, tools: readonly string[]): Reason | null {
  const missing = tools.filter((tool) => capabilities.tools[tool] === undefined);
  if (missing.length === 0) return null;
  const message = `it has no ${missing.join(' and no ')}, without which it takes no such jobs.`;
  return { code: 'tool_missing', message };
}
