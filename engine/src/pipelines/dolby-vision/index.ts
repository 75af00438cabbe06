import { deliverRequest } from '#contracts';
import type { Pipeline } from '../../pipeline/step.js';
import { filmParams } from '../film/params.js';
import { convertP8 } from './convert-p8.js';
import { copySource } from '../film/copy-source.js';
import { extractP7 } from './extract-p7.js';
import { extractRpu } from './extract-rpu.js';
import { getMetadata } from './get-metadata.js';
import { injectRpu } from './inject-rpu.js';
import { moveFinal } from './move-final.js';
import { reencodeX265 } from './reencode-x265.js';
import { remuxFinal } from './remux-final.js';

/** Makes one film's Dolby Vision what most players show (Profile 8.1), and hands it over to take the source's place. */
export const dolbyVision: Pipeline = {
  name: 'dolby_vision',
  ending: 'replace',
  params: filmParams,
  steps: [
    ...[copySource, getMetadata, extractP7, convertP8, extractRpu],
    ...[reencodeX265, injectRpu, remuxFinal, moveFinal],
  ],
  delivery: (fields) => deliverRequest.parse(fields['delivery']),
};
