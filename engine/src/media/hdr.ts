import type { RawSideData } from './ffprobe-schema.js';
import type { DolbyVisionInfo, HdrInfo, MasteringDisplay, Rational } from './media-info.js';

/** @param type as ffprobe names it */
export function isHdr10Plus(type: string | null): boolean {
  return /2094-40|HDR10\+/.test(type ?? '');
}

/** @param type as ffprobe names it */
export function isClosedCaptions(type: string | null): boolean {
  return type?.includes('Closed Captions') === true;
}

const fraction = (value: Rational | null): number =>
  value === null ? 0 : value.numerator / value.denominator;

function luminance(text: string | null): number {
  const match = /^(\d+)\/(\d+)$/.exec(text ?? '');
  return match === null || Number(match[2]) === 0 ? 0 : Number(match[1]) / Number(match[2]);
}

/** ffprobe prints the block without values when only one half of it is in the file; half a block says nothing. */
function masteringDisplay(data: RawSideData | undefined): MasteringDisplay | null {
  if (data === undefined || data.max_luminance === null || data.red_x === null) return null;
  return {
    red: [fraction(data.red_x), fraction(data.red_y)],
    green: [fraction(data.green_x), fraction(data.green_y)],
    blue: [fraction(data.blue_x), fraction(data.blue_y)],
    whitePoint: [fraction(data.white_point_x), fraction(data.white_point_y)],
    maxLuminance: fraction(data.max_luminance),
    minLuminance: luminance(data.min_luminance),
  };
}

function dolbyVision(sideData: readonly RawSideData[]): DolbyVisionInfo | null {
  const record = sideData.find((data) => data.side_data_type?.startsWith('DOVI configuration') === true);
  if (record !== undefined) {
    return {
      profile: record.dv_profile,
      level: record.dv_level,
      rpuPresent: record.rpu_present_flag === 1,
      elPresent: record.el_present_flag === 1,
      blPresent: record.bl_present_flag === 1,
      compatibilityId: record.dv_bl_signal_compatibility_id,
    };
  }
  const inPicture = sideData.some((data) => data.side_data_type?.startsWith('Dolby Vision') === true);
  if (!inPicture) return null;
  return {
    profile: null,
    level: null,
    rpuPresent: true,
    elPresent: false,
    blPresent: true,
    compatibilityId: null,
  };
}

/** @param sideData of the stream and of its first frames: either may be alone in knowing */
export function readHdr(transfer: string | null, sideData: readonly RawSideData[]): HdrInfo {
  const mastering = sideData
    .filter((data) => data.side_data_type === 'Mastering display metadata')
    .map(masteringDisplay)
    .find((found) => found !== null);
  const light = sideData.find(
    (data) => data.side_data_type === 'Content light level metadata' && (data.max_content ?? 0) > 0,
  );
  const contentLight =
    light === undefined ? null : { maxContent: light.max_content ?? 0, maxAverage: light.max_average ?? 0 };
  let format: HdrInfo['format'] = 'sdr';
  if (transfer === 'arib-std-b67') format = 'hlg';
  else if (transfer === 'smpte2084')
    format = mastering !== undefined || contentLight !== null ? 'hdr10' : 'pq';
  return {
    format,
    masteringDisplay: mastering ?? null,
    contentLight,
    dolbyVision: dolbyVision(sideData),
    hdr10Plus: sideData.some((data) => isHdr10Plus(data.side_data_type)),
  };
}
