import { extractRpuArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { isStillThere } from '../film/files.js';
import { clearRaw, produceRaw } from '../film/raw-files.js';
import { added, needOwn } from './fields.js';
import { hasTool, pictureOf, workOf } from './parts.js';
import { ownRpusOfSource, rpusOfSource } from './rpus-of-source.js';
import { requireRpuForEachFrame } from './rpus.js';
import { runDoviTool } from './run-dovi-tool.js';

/** The metadata of every frame, for Profile 8.1: to be put into the new picture, or to see that the converted one has it all. */
export const extractRpu = defineStep({
  name: 'extract_rpu',
  slot: true,
  adds: added.rpu,
  run: async (context) => {
    const single = needOwn(context, 'single');
    await clearRaw(context, [single]);
    const { kind } = workOf(context);
    const rpu = await produceRaw(context, 'rpu.bin', async (output) => {
      if (single !== null) {
        const args = extractRpuArgs({ input: single.path, output, toProfile81: false });
        await runDoviTool(context, args, output);
        return;
      }
      const video = pictureOf(context);
      const isProfile8 = kind === 'profile81' || kind === 'profile84';
      if (hasTool(context, 'dovi_tool')) await rpusOfSource(context, video, output, !isProfile8);
      else await ownRpusOfSource(context, video, output);
    });
    return done({
      rpu: await requireRpuForEachFrame(
        context,
        rpu,
        single === null ? 'the metadata' : 'the converted picture',
      ),
    });
  },
  stillValid: async ({ rpu }) => rpu === null || isStillThere(rpu),
});
