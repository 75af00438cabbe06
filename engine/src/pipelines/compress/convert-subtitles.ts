import { subtitleArgs } from '../../command/subtitle-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { sourceOf } from '../film/params.js';
import { added, need } from '../film/fields.js';
import { isStillThere, produceFile } from '../film/files.js';
import { runFfmpeg } from '../film/run-ffmpeg.js';

/** All subtitles that change their format, into one Matroska file. */
export const convertSubtitles = defineStep({
  name: 'convert_subtitles',
  slot: true,
  adds: added.convertSubtitles,
  run: async (context) => {
    const info = need(context, 'info');
    const parts = { input: sourceOf(context).localPath, info, plan: need(context, 'plan') };
    if (subtitleArgs({ ...parts, output: '' }) === null) return done({ subtitles: null });
    const subtitles = await produceFile(context, 'subtitles.mks', async (output) => {
      await runFfmpeg(context, subtitleArgs({ ...parts, output }) ?? [], {
        durationSeconds: info.container.durationSeconds,
      });
    });
    return done({ subtitles });
  },
  stillValid: async ({ subtitles }) => subtitles === null || isStillThere(subtitles),
});
