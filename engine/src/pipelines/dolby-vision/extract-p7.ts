import { rawVideoArgs } from '../../command/dolby-vision/raw-video-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { need } from '../film/fields.js';
import { isStillThere } from '../film/files.js';
import { sourceOf } from '../film/params.js';
import { clearRaw, produceRaw } from '../film/raw-files.js';
import { runFfmpeg } from '../film/run-ffmpeg.js';
import { added, needOwn } from './fields.js';
import { pictureOf, workOf } from './parts.js';

/** Both layers of the picture as one raw stream, which dovi_tool can convert. */
export const extractP7 = defineStep({
  name: 'extract_p7',
  slot: true,
  adds: added.extract,
  run: async (context) => {
    await clearRaw(context);
    if (workOf(context).way !== 'convert') {
      context.log.info('nothing to do: a new picture is made, and the metadata can be read from the source');
      return done({ layers: null });
    }
    const layers = await produceRaw(context, 'layers.hevc', async (output) => {
      const args = rawVideoArgs({
        source: sourceOf(context).localPath,
        index: pictureOf(context).index,
        output,
      });
      await runFfmpeg(context, args, {
        durationSeconds: need(context, 'info').container.durationSeconds,
        frames: needOwn(context, 'metadata').frames,
      });
    });
    return done({ layers });
  },
  stillValid: async ({ layers }) => layers === null || isStillThere(layers),
});
