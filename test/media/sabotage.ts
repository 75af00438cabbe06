import { dateArgs } from '#engine/command/date-args.js';
import { copyFile } from 'node:fs/promises';
import path from 'node:path';
import { decodeArgs } from '#engine/command/decode-args.js';
import { measureContent, type ContentInput } from '#engine/pipelines/film/measure-content.js';
import { runTool } from '#engine/tools/run-tool.js';
import { CHECKS, CONTENT_CHECKS } from '#engine/verify/checks/index.js';
import { verify, verifyContent } from '#engine/verify/verify.js';
import type { Compressed } from './compress.js';
import { ffmpeg, measure, probe, run } from './tools.js';

/** What a check found, told apart from what others did. */
export interface Found {
  check: string;
  code: string;
  message: string;
}

/** An honest output, what it was made from, and a folder for what is made of both. */
export interface Honest extends Compressed {
  sourceFile: string;
  folder: string;
}

/** The two files of an honest output, or of what somebody made of it. */
export function contentInput(honest: Honest, output: string, info: Compressed['info']): ContentInput {
  return {
    source: honest.sourceFile,
    output,
    info: honest.source,
    measured: honest.sourceMeasured,
    outputInfo: info,
    plan: honest.plan,
    decoders: ['libdav1d'],
    scratch: (name) => path.join(honest.folder, `scratch-${name}`),
    run: runTool,
    limitMs: 120_000,
  };
}

/** Everything that a node looks at, in its order, each check by itself. */
export async function examine(honest: Honest, output: string): Promise<Found[]> {
  let info;
  try {
    info = await probe(output);
  } catch (error) {
    return [{ check: 'probe', code: 'output_unreadable', message: String(error) }];
  }
  const said = await run('ffmpeg', decodeArgs(output)).then(
    ({ stderr }) => stderr,
    (error: unknown) => String(error),
  );
  if (said !== '') return [{ check: 'decode', code: 'output_damaged', message: said }];
  const outputMeasured = await measure(output);
  const { source, sourceMeasured, plan } = honest;
  const input = { source, sourceMeasured, plan, output: info, outputMeasured };
  const flow = CHECKS.flatMap((check) =>
    verify(input, [check]).map(({ code, message }) => ({ check: check.name, code, message })),
  );
  if (flow.length > 0) return flow;
  const content = await measureContent(contentInput(honest, output, info));
  return CONTENT_CHECKS.flatMap((check) =>
    verifyContent(content, [check]).map(({ code, message }) => ({ check: check.name, code, message })),
  );
}

/** with the rate of the films, which ffmpeg 7 does not tell behind a filter that sets times */
const SVT = [
  ...['-c:v', 'libsvtav1', '-preset', '12', '-crf', '40', '-pix_fmt', 'yuv420p10le'],
  ...['-svtav1-params', 'fps-num=24:fps-denom=1'],
];
const BARE = [
  '-map_metadata',
  '-1',
  '-map_chapters',
  '-1',
  '-fps_mode',
  'passthrough',
  '-enc_time_base:v',
  '-1',
];

/** mkvmerge, and then the date of the honest output, which is not what the others are about. */
export async function remux(honest: Honest, file: string, args: readonly string[]): Promise<void> {
  await run('mkvmerge', args);
  const date = dateArgs(honest.source, honest.plan, file);
  if (date !== null) await run('mkvpropedit', date);
}

/** Ways to spoil an output; each returns the spoiled file. */
export class Spoiler {
  private count = 0;

  constructor(readonly honest: Honest) {}

  name(extension = 'mkv'): string {
    this.count += 1;
    return path.join(this.honest.folder, `spoiled-${this.count}.${extension}`);
  }

  async copy(): Promise<string> {
    const file = this.name();
    await copyFile(this.honest.output, file);
    return file;
  }

  /** by mkvpropedit's arguments */
  async edit(...args: string[]): Promise<string> {
    const file = await this.copy();
    await run('mkvpropedit', ['-q', file, ...args]);
    return file;
  }

  /** by mkvmerge's options for the whole output */
  async merge(...options: string[]): Promise<string> {
    const file = this.name();
    await remux(this.honest, file, ['-q', '-o', file, ...options, this.honest.output]);
    return file;
  }

  /** another picture in the place of the real one: what ffmpeg makes of these inputs and options */
  async picture(
    options: readonly string[],
    inputs: readonly string[] = ['-i', this.honest.output],
  ): Promise<string> {
    const made = this.name();
    await ffmpeg('-copyts', ...inputs, '-map', '0:V:0', ...BARE, ...SVT, ...options, made);
    const file = this.name();
    await remux(this.honest, file, [
      ...['-q', '-o', file, '--track-order', '0:0,1:1,1:2,1:3', '--language', '0:eng'],
      ...['--no-global-tags', '--no-track-tags', made, '--no-video', this.honest.output],
    ]);
    return file;
  }

  /** other sound in the place of the real one */
  async sound(
    options: readonly string[],
    inputs: readonly string[] = ['-i', this.honest.output],
  ): Promise<string> {
    const made = this.name();
    await ffmpeg(
      '-copyts',
      ...inputs,
      '-map',
      '0:a:0',
      ...BARE,
      '-c:a',
      'libopus',
      '-b:a',
      '256k',
      ...options,
      made,
    );
    const file = this.name();
    await remux(this.honest, file, [
      ...[
        '-q',
        '-o',
        file,
        '--track-order',
        '1:0,0:0,1:2,1:3',
        '--language',
        '0:ger',
        '--track-name',
        '0:Surround',
      ],
      ...['--no-global-tags', '--no-track-tags', made, '--no-audio', this.honest.output],
    ]);
    return file;
  }
}
