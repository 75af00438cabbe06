import { describe, expect, it } from 'vitest';
import { videoStream } from '../../media/media-info.fixture.js';
import { encoderArgs, type EncoderName } from './index.js';
import { videoEncode } from './testing/video-encode.js';
import { trialArgs } from './trial.js';

const args = (encoder: EncoderName, device?: string) => {
  const { inputArgs, args: own } = encoderArgs(encoder, {
    video: videoEncode(),
    stream: videoStream(),
    device,
  });
  return { input: inputArgs.join(' '), own: own.join(' ') };
};

describe('the card that hardware encodes on', () => {
  it.each<[EncoderName, string | undefined, string, string | null]>([
    ['av1_nvenc', 'nvidia:1', '', '-gpu 1'],
    ['av1_nvenc', undefined, '', null],
    // A card that the encoder cannot be is no card.
    ['av1_nvenc', 'dri:renderD129', '', null],
    ['av1_qsv', 'dri:renderD129', '-init_hw_device qsv=qs:hw_any,child_device=/dev/dri/renderD129', null],
    ['av1_qsv', undefined, '', null],
    [
      'hevc_vaapi',
      'dri:renderD129',
      '-init_hw_device vaapi=va:/dev/dri/renderD129 -filter_hw_device va',
      null,
    ],
    ['hevc_vaapi', undefined, '-init_hw_device vaapi=va -filter_hw_device va', null],
    ['hevc_vaapi', 'dri:../../etc', '-init_hw_device vaapi=va -filter_hw_device va', null],
    ['libsvtav1', 'nvidia:0', '', null],
  ])('%s on %s', (encoder, device, input, own) => {
    const found = args(encoder, device);
    expect(found.input).toBe(input);
    if (own === null) expect(found.own).not.toContain('-gpu');
    else expect(found.own).toContain(own);
  });

  it('is the one that is tried', () => {
    expect(trialArgs('h264_nvenc', 'h264', 'nvidia:2').join(' ')).toContain('-c:v h264_nvenc');
    expect(trialArgs('h264_nvenc', 'h264', 'nvidia:2').join(' ')).toContain('-gpu 2');
    expect(trialArgs('h264_vaapi', 'h264', 'dri:renderD130').join(' ')).toContain(
      'vaapi=va:/dev/dri/renderD130',
    );
  });
});
