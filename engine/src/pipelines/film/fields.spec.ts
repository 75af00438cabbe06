import { describe, expect, it } from 'vitest';
import { audioStream, mediaInfo, videoStream } from '../../media/media-info.fixture.js';
import { decide } from '../../plan/decide.js';
import { profileSchema } from '../../profile/schema/index.js';
import { added } from './fields.js';

const decision = decide(mediaInfo(), profileSchema.parse({}));
const plan = decision.verdict === 'encode' ? decision.plan : null;
const { look: _look, ...unlooked } = videoStream();
const { added: _added, ...oldPlan } = { ...plan };
const { pipeline: _pipeline, ...namelessPlan } = { ...plan };

describe('a checkpoint', () => {
  it.each<[string, keyof typeof added, object, boolean]>([
    ['of this version', 'probe', { info: mediaInfo(), measured: { streams: [] } }, true],
    ['of sound alone', 'probe', { info: mediaInfo([audioStream()]), measured: { streams: [] } }, true],
    [
      'whose headers an older version read',
      'probe',
      { info: { ...mediaInfo(), streams: [unlooked] }, measured: { streams: [] } },
      false,
    ],
    ['without headers', 'probe', { measured: { streams: [] } }, false],
    ['with nonsense for headers', 'probe', { info: { streams: 1 }, measured: { streams: [] } }, false],
    ['with a plan', 'plan', { plan }, true],
    ['with a plan of an older version', 'plan', { plan: oldPlan }, false],
    ['with a plan that names no pipeline', 'plan', { plan: namelessPlan }, false],
    ['with no plan', 'plan', { plan: null }, false],
  ])('%s', (_name, step, fields, isGood) => {
    expect(added[step].safeParse(fields).success).toBe(isGood);
  });
});
