import { deliverRequest } from '#contracts';
import type { Pipeline } from '../../pipeline/step.js';
import { filmParams } from '../film/params.js';
import { convertSubtitles } from './convert-subtitles.js';
import { encodeAudio } from './encode-audio.js';
import { encodeVideo } from './encode-video.js';
import { deliver, mux, plan, probe, stage, verify } from './steps.js';

/** Makes one film smaller, and hands it over to take the source's place. */
export const compress: Pipeline = {
  name: 'compress',
  ending: 'replace',
  params: filmParams,
  steps: [stage, probe, plan, encodeVideo, encodeAudio, convertSubtitles, mux, verify, deliver],
  delivery: (fields) => deliverRequest.parse(fields['delivery']),
};
