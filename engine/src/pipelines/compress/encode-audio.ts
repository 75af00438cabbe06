import { audioArgs } from '../../command/audio-args.js';
import { defineStep, done } from '../../pipeline/step.js';
import { sourceOf } from '../film/params.js';
import { added, need } from '../film/fields.js';
import { isStillThere, produceFile } from '../film/files.js';
import { runFfmpeg } from '../film/run-ffmpeg.js';

/** All sound that is encoded, into one Matroska file. */
export const encodeAudio = defineStep({
  name: 'encode_audio',
  slot: true,
  adds: added.encodeAudio,
  run: async (context) => {
    const info = need(context, 'info');
    const parts = { input: sourceOf(context).localPath, info, plan: need(context, 'plan') };
    if (audioArgs({ ...parts, output: '' }) === null) return done({ audio: null });
    const audio = await produceFile(context, 'audio.mka', async (output) => {
      await runFfmpeg(context, audioArgs({ ...parts, output }) ?? [], {
        durationSeconds: info.container.durationSeconds,
      });
    });
    return done({ audio });
  },
  stillValid: async ({ audio }) => audio === null || isStillThere(audio),
});
