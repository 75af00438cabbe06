import { z } from 'zod';
import { deliverRequest } from '#contracts';
import { streamsOf } from '../../media/media-info.js';
import { defineStep, done, SkipJob } from '../../pipeline/step.js';
import { encodeX265 } from '../film/encode-x265.js';
import { added, need } from '../film/fields.js';
import { isStillThere } from '../film/files.js';
import { handOver } from '../film/hand-over.js';
import { joinFilm } from '../film/join.js';
import { makePlan } from '../film/make-plan.js';
import { clearRaw, rawFolder } from '../film/raw-files.js';
import { readSource } from '../film/read-source.js';
import { requireEvenRate } from '../film/require-even-rate.js';
import { verifyFilm } from '../film/verify-film.js';

/** Headers, packets and the plan, and that the picture can do without a container's times. */
export const getMetadata = defineStep({
  name: 'get_metadata',
  slot: false,
  adds: added.probe
    .extend(added.plan.shape)
    .extend(added.encodeAudio.shape)
    .extend(added.convertSubtitles.shape),
  run: async (context) => {
    await clearRaw(context);
    const { info, measured } = await readSource(context);
    const fields = { ...context.fields, info, measured };
    // In quick storage lies the new picture, and the joined file alone in the work folder.
    const { plan } = await makePlan({ ...context, fields }, (await rawFolder(context)) === null ? 2 : 1);
    if (plan.pipeline !== 'standard') {
      const message = `the file as it is now is one for ${plan.pipeline}; the next scan decides on it anew`;
      throw new SkipJob({ code: 'plan_changed', message });
    }
    for (const video of streamsOf(info, 'video')) requireEvenRate(video, measured);
    return done({ info, measured, plan, audio: null, subtitles: null });
  },
});

/** The new picture, by x265. */
export const reencodeX265 = defineStep({
  name: 'reencode_x265',
  slot: true,
  adds: added.encodeVideo,
  run: async (context) => {
    await clearRaw(context);
    const { encoded, ...made } = await encodeX265(context, null);
    return done({ video: encoded, ...made });
  },
  stillValid: async ({ video }) => video === null || isStillThere(video),
});

/** The picture and everything else of the source in one file, held against the source, and handed over to take its place. */
export const moveFinal = defineStep({
  name: 'move_final',
  slot: true,
  adds: z.object({ delivery: deliverRequest }),
  run: async (context) => {
    await clearRaw(context, [need(context, 'video')]);
    const joined = await joinFilm(context);
    const whole = (fields: object) => ({ ...context, fields: { ...context.fields, ...fields } });
    const verified = await verifyFilm(whole(joined));
    return done(await handOver(whole({ ...joined, ...verified })));
  },
});
