import { dateArgs } from '../../command/date-args.js';
import { muxArgs } from '../../command/mux-args.js';
import { isWellKnownLanguage, listedLanguages } from '../../media/language.js';
import type { MediaInfo } from '../../media/media-info.js';
import { SkipJob, type JobContext } from '../../pipeline/step.js';
import { paramsOf, sourceOf } from './params.js';
import { need, type FilmFields } from './fields.js';
import { produceFile } from './files.js';
import { muxFiles } from './mux-files.js';
import { runFfmpeg } from './run-ffmpeg.js';
import { quietToolLimits } from './tool-limits.js';

/** characters of mkvmerge's list; it has 8,800 lines, and a million characters */
const MAX_LANGUAGES = 8 * 1024 * 1024;

/** Languages that are not known to everybody are looked up before mkvmerge is told of them. */
async function rareLanguages(context: JobContext, info: MediaInfo): Promise<ReadonlySet<string>> {
  if (info.streams.every(({ language }) => isWellKnownLanguage(language))) return new Set();
  const { stdout } = await context.run('mkvmerge', ['--list-languages'], { captureStdout: MAX_LANGUAGES });
  return listedLanguages(stdout);
}

async function join(context: JobContext, output: string): Promise<void> {
  const info = need(context, 'info');
  const command = muxArgs({
    source: sourceOf(context).localPath,
    output,
    info,
    plan: need(context, 'plan'),
    files: await muxFiles(context),
    languages: await rareLanguages(context, info),
  });
  if (command.tool === 'ffmpeg') {
    await runFfmpeg(context, command.args, { durationSeconds: info.container.durationSeconds });
    return;
  }
  await context.run('mkvmerge', ['--gui-mode', ...command.args], {
    stallMs: paramsOf(context).profile.act.stallSeconds * 1000,
    // 1 is a warning; what it warned of is in the log, and verification looks at the result
    okExitCodes: [0, 1],
    onStdoutLine: (line) => {
      const percent = /^#GUI#progress (\d+)%/.exec(line)?.[1];
      if (percent !== undefined) context.progress({ percent: Number(percent) });
      else if (/^#GUI#(?:warning|error)/.test(line)) context.log.tool('mkvmerge', line);
    },
  });
}

/**
 * mkvmerge dates every file to this moment. A film of one's own is known by the day on which it was made.
 */
async function keepDate(context: JobContext, output: string): Promise<void> {
  const args = dateArgs(need(context, 'info'), need(context, 'plan'), output);
  if (args === null) return;
  await context.run('mkvpropedit', args, { ...quietToolLimits(context, null), okExitCodes: [0, 1] });
}

/** Everything into one file; given up when it did not become small enough. */
export async function joinFilm(context: JobContext): Promise<Pick<FilmFields, 'output'>> {
  const { sizeLimit, container } = need(context, 'plan');
  const output = await produceFile(context, `output.${container}`, async (partial) => {
    await join(context, partial);
    await keepDate(context, partial);
  });
  if (output.size > sizeLimit) {
    throw new SkipJob({
      code: 'saving_too_small',
      message: `the result has ${output.size} bytes and may have at most ${sizeLimit}; the original stays`,
    });
  }
  return { output };
}
