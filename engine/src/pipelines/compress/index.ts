import type { Pipeline } from '../../pipeline/step.js';
import { deliverRequest } from '#contracts';
import { convertSubtitles } from './convert-subtitles.js';
import { deliver } from './deliver.js';
import { encodeAudio } from './encode-audio.js';
import { encodeVideo } from './encode-video.js';
import { compressParams } from './fields.js';
import { mux } from './mux.js';
import { plan } from './plan.js';
import { probe } from './probe.js';
import { stage } from './stage.js';
import { verify } from './verify.js';

/** Makes one film smaller, and hands it over to take the source's place. */
export const compress: Pipeline = {
  name: 'compress',
  ending: 'replace',
  params: compressParams,
  steps: [stage, probe, plan, encodeVideo, encodeAudio, convertSubtitles, mux, verify, deliver],
  delivery: (fields) => deliverRequest.parse(fields['delivery']),
};
