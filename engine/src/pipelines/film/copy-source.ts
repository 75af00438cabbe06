import { checkSource } from './check-source.js';
import { added } from './fields.js';
import { sourceOf } from './params.js';
import { clearRaw, rawBytes, rawFolder } from './raw-files.js';
import { requireRoom } from './room.js';
import { defineStep, done } from '../../pipeline/step.js';

/** The source is there and the one that was decided on, and there is room for what is made of it on the way. */
export const copySource = defineStep({
  name: 'copy_source',
  slot: false,
  adds: added.stage,
  run: async (context) => {
    const staged = await checkSource(context);
    const source = sourceOf(context);
    context.log.info(
      source.copy === true
        ? `works on a copy of its own: ${source.localPath}`
        : 'reads the source where it lies; no copy of it is needed',
    );
    await clearRaw(context);
    // Where there is quick storage, the file that all is joined in is alone in the work folder.
    const isElsewhere = (await rawFolder(context)) !== null;
    await requireRoom(context, isElsewhere ? source.size : rawBytes(context));
    return done(staged);
  },
});
