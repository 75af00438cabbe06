import type { Check } from '../verify.types.js';

/** part of the source below which no honest encode comes out */
const FLOOR = 0.002;

export const checkSize: Check = ({ source, output }) => {
  const [before, after] = [source.container.size, output.container.size];
  if (after === 0) return [{ code: 'empty', message: 'The output is empty.', stream: null }];
  if (after >= before) {
    return [
      { code: 'not_smaller', message: `The output has ${after} bytes, the source ${before}.`, stream: null },
    ];
  }
  if (after >= before * FLOOR) return [];
  return [
    {
      code: 'too_small',
      message: `The output has ${after} bytes, too few for a source of ${before}.`,
      stream: null,
    },
  ];
};
