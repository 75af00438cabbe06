import { defineStep, done } from '../../pipeline/step.js';
import { isStillThere } from '../film/files.js';
import { joinFilm } from '../film/join.js';
import { clearRaw } from '../film/raw-files.js';
import { verifyFilm } from '../film/verify-film.js';
import { added, needOwn } from './fields.js';

/** The picture and everything else of the source in one file, and that file held against the source. */
export const remuxFinal = defineStep({
  name: 'remux_final',
  slot: true,
  supersedes: true,
  adds: added.remux,
  run: async (context) => {
    await clearRaw(context, [needOwn(context, 'video')]);
    const joined = await joinFilm(context);
    const verified = await verifyFilm({ ...context, fields: { ...context.fields, ...joined } });
    return done({ ...joined, ...verified });
  },
  stillValid: ({ output }) => isStillThere(output),
});
