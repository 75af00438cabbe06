import { extractRpuArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { isStillThere } from '../film/files.js';
import { clearRaw, produceRaw } from '../film/raw-files.js';
import { added, needOwn } from './fields.js';
import { pictureOf, workOf } from './parts.js';
import { rpusOfSource } from './rpus-of-source.js';
import { requireRpuForEachFrame } from './rpus.js';

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
        await context.run('dovi_tool', extractRpuArgs({ input: single.path, output, toProfile81: false }));
        return;
      }
      const toProfile81 = kind !== 'profile81' && kind !== 'profile84';
      await rpusOfSource(context, pictureOf(context).index, output, toProfile81);
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
