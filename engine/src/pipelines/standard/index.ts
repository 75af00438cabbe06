import { deliverRequest } from '#contracts';
import type { Pipeline } from '../../pipeline/step.js';
import { copySource } from '../film/copy-source.js';
import { filmParams } from '../film/params.js';
import { getMetadata, moveFinal, reencodeX265 } from './steps.js';

/** Makes a film's picture HEVC by x265, as its Dolby Vision neighbours' are made, and hands it over to take its place. */
export const standard: Pipeline = {
  name: 'standard',
  ending: 'replace',
  params: filmParams,
  steps: [copySource, getMetadata, reencodeX265, moveFinal],
  delivery: (fields) => deliverRequest.parse(fields['delivery']),
};
