import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { layerArgs, readLayer, unknownLayer, withLayer } from './enhancement-layer.js';
import { mediaInfo, videoStream } from './media-info.fixture.js';
import type { DolbyVisionInfo } from './media-info.js';

/** As ffprobe 5.1 prints a frame's metadata, but for what says nothing of layers. */
function metadata(...components: object[]) {
  return {
    ...{ side_data_type: 'Dolby Vision Metadata', rpu_type: 2, vdr_rpu_profile: 1, coef_data_type: 0 },
    ...{ coef_log2_denom: 23, disable_residual_flag: 0, nlq_method_idc: 0, nlq_method_idc_name: 'linear_dz' },
    components: components.map((nlq) => ({
      pivots: '0 1023',
      pieces: [{ mapping_idc: 0, mapping_idc_name: 'polynomial', poly_order: 1, poly_coef: '0 8388608' }],
      ...nlq,
    })),
    signal_bit_depth: 12,
  };
}

const NOTHING = {
  ...{ nlq_offset: 0, vdr_in_max: 8388608, linear_deadzone_slope: 0, linear_deadzone_threshold: 0 },
};
const RESIDUAL = {
  ...{ nlq_offset: 512, vdr_in_max: 1048576, linear_deadzone_slope: 2048, linear_deadzone_threshold: 0 },
};
const MEL = metadata(NOTHING, NOTHING, NOTHING);
const FEL = metadata(RESIDUAL, RESIDUAL, RESIDUAL);
const OTHERS = [
  { side_data_type: 'Content light level metadata', max_content: 1000, max_average: 400 },
  { side_data_type: 'Dolby Vision RPU Data' },
];

const frames = (...sideData: (object | null)[]) => ({
  frames: sideData.map((data) => ({
    media_type: 'video',
    ...(data === null ? {} : { side_data_list: [...OTHERS, data] }),
  })),
});

describe('readLayer', () => {
  it.each([
    ['a layer that adds nothing', frames(MEL, MEL), 'mel'],
    ['a layer of picture data', frames(FEL, FEL), 'fel'],
    ['frames without metadata among others', frames(null, MEL), 'mel'],
    ['one frame with picture data', frames(MEL, FEL, MEL), 'fel'],
    ['picture data in one component', frames(metadata(NOTHING, NOTHING, RESIDUAL)), 'fel'],
    ['another step', frames(metadata({ ...NOTHING, linear_deadzone_threshold: 1 })), 'fel'],
    ['another offset alone', frames(metadata({ ...NOTHING, nlq_offset: 1 })), 'fel'],
    ['another denominator', frames({ ...MEL, coef_log2_denom: 20 }), 'fel'],
    ['one layer, without residual', frames(metadata({}, {}, {})), null],
    ['no components', frames({ ...MEL, components: undefined }), null],
    ['no denominator', frames({ ...MEL, coef_log2_denom: undefined }), null],
    ['an ffprobe that does not know it', frames(null, { side_data_type: 'Dolby Vision RPU Data' }), null],
    ['no frames', { frames: [] }, null],
    ['no document', 'x', null],
  ])('%s', (_name, json, layer) => {
    expect(readLayer(json)).toBe(layer);
  });

  it('never throws', () => {
    const odd = fc.oneof(fc.anything(), fc.constantFrom(0, 1, '8388608', 23));
    const entry = fc.record({ nlq_offset: odd, vdr_in_max: odd, linear_deadzone_slope: odd });
    const data = fc.record({
      side_data_type: fc.oneof(fc.constant('Dolby Vision Metadata'), odd),
      coef_log2_denom: odd,
      components: fc.oneof(fc.array(fc.oneof(entry, odd)), odd),
    });
    fc.assert(
      fc.property(fc.oneof(fc.array(fc.oneof(data, odd)), odd), (side_data_list) => {
        expect(['mel', 'fel', null]).toContain(readLayer({ frames: [{ side_data_list }] }));
      }),
    );
  });
});

describe('unknownLayer', () => {
  const record: DolbyVisionInfo = {
    ...{ profile: 7, level: 6, rpuPresent: true, elPresent: true, blPresent: true, compatibilityId: 6 },
  };
  const film = (dolbyVision: DolbyVisionInfo | null) => {
    const { hdr } = videoStream();
    return mediaInfo([videoStream({ index: 3, hdr: { ...hdr, format: 'hdr10', dolbyVision } })]);
  };

  it.each([
    ['two layers', record, true],
    ['two layers that are known', { ...record, layer: 'fel' as const }, false],
    ['one layer', { ...record, profile: 8, compatibilityId: 1 }, false],
    ['no word on how many', { ...record, profile: null }, false],
    ['no Dolby Vision', null, false],
  ])('%s', (_name, dolbyVision, unknown) => {
    expect(unknownLayer(film(dolbyVision))?.index).toBe(unknown ? 3 : undefined);
  });

  it('is answered by a layer, of that stream alone', () => {
    const known = withLayer(film(record), 3, 'mel');
    expect(known).toEqual(film({ ...record, layer: 'mel' }));
    expect(unknownLayer(known)).toBeNull();
    expect(withLayer(film(record), 4, 'mel')).toEqual(film(record));
    expect(withLayer(film(null), 3, 'mel')).toEqual(film(null));
  });

  it('asks for few frames of that stream', () => {
    expect(layerArgs(3).join(' ')).toMatch(/-select_streams 3 .*-read_intervals %\+#8$/);
  });
});
