import { shellQuote } from '../../command/shell-quote.js';
import { convertArgs } from '../../command/dolby-vision/dovi-tool-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { encodeX265 } from '../film/encode-x265.js';
import { isStillThere } from '../film/files.js';
import { clearRaw } from '../film/raw-files.js';
import { added, needOwn } from './fields.js';
import { hasTool } from './parts.js';

/** The new picture, by x265: without its metadata, which follows, or with it where there is no dovi_tool. */
export const reencodeX265 = defineStep({
  name: 'reencode_x265',
  slot: true,
  adds: added.reencode,
  run: async (context) => {
    const single = needOwn(context, 'single');
    const rpu = needOwn(context, 'rpu');
    if (single !== null) {
      context.log.info('nothing to do: the picture stays bit for bit');
      const version = context.capabilities.tools['dovi_tool']?.version ?? 'unknown';
      return done({
        encoded: null,
        videoCommand: shellQuote([
          'dovi_tool',
          ...convertArgs({ input: 'layers.hevc', output: 'single.hevc' }),
        ]),
        videoEncoder: `dovi_tool ${version}`,
      });
    }
    await clearRaw(context, [rpu]);
    // get_metadata lets nothing but Profile 8.1 come here without dovi_tool.
    const isOwn = rpu !== null && !hasTool(context, 'dovi_tool');
    const own = isOwn ? { profile: '8.1' as const, rpu: rpu.path } : null;
    return done({ ...(await encodeX265(context, own)) });
  },
  stillValid: async ({ encoded }) => encoded === null || isStillThere(encoded),
});
