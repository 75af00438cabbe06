import path from 'node:path';
import { convertArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { diskFull, isFull } from '../film/disk-full.js';
import { isStillThere } from '../film/files.js';
import { clearRaw, produceRaw, whileItGrows } from '../film/raw-files.js';
import { added, needOwn } from './fields.js';
import { runDoviTool } from './run-dovi-tool.js';

/** One layer out of two: the enhancement layer is left out, and each frame's metadata becomes Profile 8.1. */
export const convertP8 = defineStep({
  name: 'convert_p8',
  slot: true,
  supersedes: true,
  adds: added.convert,
  run: async (context) => {
    const layers = needOwn(context, 'layers');
    if (layers === null) {
      context.log.info('nothing to do: the metadata is converted where it is read from the source');
      return done({ single: null });
    }
    await clearRaw(context, [layers]);
    const single = await produceRaw(context, 'single.hevc', (output) =>
      whileItGrows(context, output, layers.size, async () => {
        await runDoviTool(context, convertArgs({ input: layers.path, output }), output);
        const folder = path.dirname(output);
        if (await isFull(folder)) throw diskFull(folder, 'dovi_tool writes the converted picture');
      }),
    );
    // The two layers are deleted by the next step: by then the server knows that they are needed no more.
    return done({ single });
  },
  stillValid: async ({ single }) => single === null || isStillThere(single),
});
