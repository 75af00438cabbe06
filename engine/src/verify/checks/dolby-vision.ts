import type { DolbyVisionInfo, VideoStream } from '../../media/media-info.js';
import type { DolbyVisionWork } from '../../plan/plan.types.js';
import type { Finding, HeaderCheck } from '../verify.types.js';

/** What a picture has to say that is shown without its Dolby Vision: HDR10 below Profile 8.1, HLG below 8.4. */
const BELOW: Readonly<Record<DolbyVisionWork['compatibilityId'], { name: string; transfer: string }>> = {
  1: { name: 'HDR10', transfer: 'smpte2084' },
  4: { name: 'HLG', transfer: 'arib-std-b67' },
};

const PROFILE = 8;

const said = (value: number | null) => (value === null ? 'nothing' : String(value));

function checkRecord(record: DolbyVisionInfo, { compatibilityId }: DolbyVisionWork): string[] {
  const faults: string[] = [];
  if (record.profile !== PROFILE)
    faults.push(`its Dolby Vision profile is ${said(record.profile)} and should be ${PROFILE}`);
  if (record.elPresent) faults.push('it claims an enhancement layer, of which there should be none');
  if (!record.rpuPresent) faults.push('it claims no RPUs, of which each frame has one');
  if (record.compatibilityId !== compatibilityId)
    faults.push(`its compatibility is ${said(record.compatibilityId)} and should be ${compatibilityId}`);
  return faults;
}

function checkBelow({ color, bitDepth }: VideoStream, work: DolbyVisionWork): string[] {
  const { name, transfer } = BELOW[work.compatibilityId];
  const faults: string[] = [];
  if (color.transfer !== transfer)
    faults.push(`its transfer is ${color.transfer ?? 'not signalled'} and should be ${transfer} for ${name}`);
  if (color.primaries !== 'bt2020')
    faults.push(`its primaries are ${color.primaries ?? 'not signalled'} and should be bt2020 for ${name}`);
  if (bitDepth < 10) faults.push(`it has ${bitDepth} bits and should have 10 for ${name}`);
  return faults;
}

/** That the record says what was made, and that the picture below is one that any HDR player shows. */
export const checkDolbyVision: HeaderCheck = ({ plan: { dolbyVision: work } }, tracks) => {
  if (work === null) return [];
  return tracks.flatMap(({ source, output }): Finding[] => {
    if (source.kind !== 'video' || output?.kind !== 'video') return [];
    const record = output.hdr.dolbyVision;
    const faults =
      record === null
        ? ['it has no Dolby Vision']
        : [...checkRecord(record, work), ...checkBelow(output, work)];
    if (faults.length === 0) return [];
    const message = `The picture is not what was made of its Dolby Vision: ${faults.join('; ')}.`;
    return [{ code: 'dolby_vision_record', message, stream: source.index }];
  });
};
