import { rm } from 'node:fs/promises';
import { extractRpuArgs, injectRpuArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { defineStep, done, StepFailure, type JobContext } from '../../pipeline/step.js';
import { isStillThere } from '../film/files.js';
import { clearRaw, produceRaw, whileItGrows } from '../film/raw-files.js';
import type { ProducedFile } from '../film/stored.js';
import { added, needOwn, type RpuFile } from './fields.js';
import { hasTool } from './parts.js';
import { requireRpuForEachFrame } from './rpus.js';
import { runDoviTool } from './run-dovi-tool.js';
import { isSameContent } from './same-content.js';

/** The RPUs that a picture really has. @throws StepFailure unless these are the ones that it was given, each at its frame */
async function checkInjected(context: JobContext, video: ProducedFile, rpu: RpuFile): Promise<void> {
  const check = await produceRaw(context, 'check.bin', async (output) => {
    const args = extractRpuArgs({ input: video.path, output, toProfile81: false });
    await runDoviTool(context, args, output);
  });
  const found = await requireRpuForEachFrame(context, check, 'the new picture');
  if (!(await isSameContent(found.path, rpu.path))) {
    const message = `the new picture has ${found.count} RPUs, and not all are the ${rpu.count} that it was given; the original stays`;
    throw new StepFailure({ code: 'rpu_changed', message }, false);
  }
  await rm(check.path, { force: true });
}

/** The new picture with each frame's metadata in it. */
export const injectRpu = defineStep({
  name: 'inject_rpu',
  slot: true,
  supersedes: true,
  adds: added.inject,
  run: async (context) => {
    const single = needOwn(context, 'single');
    if (single !== null) {
      context.log.info('nothing to do: the converted picture has its metadata');
      return done({ video: single });
    }
    const encoded = needOwn(context, 'encoded');
    const rpu = needOwn(context, 'rpu');
    if (encoded === null || rpu === null) throw new Error('there is no new picture, or no metadata for it');
    await clearRaw(context, [encoded, rpu]);
    if (!hasTool(context, 'dovi_tool')) {
      context.log.info('nothing to do: x265 has put the metadata in by itself');
      return done({ video: encoded });
    }
    await requireRpuForEachFrame(context, rpu, 'the metadata');
    const video = await produceRaw(context, 'injected.hevc', (output) =>
      whileItGrows(context, output, encoded.size + rpu.size, async () => {
        await runDoviTool(context, injectRpuArgs({ video: encoded.path, rpu: rpu.path, output }), output);
      }),
    );
    await checkInjected(context, video, rpu);
    return done({ video });
  },
  stillValid: ({ video }) => isStillThere(video),
});
