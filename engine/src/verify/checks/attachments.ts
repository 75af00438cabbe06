import { streamsOf, type MediaInfo } from '../../media/media-info.js';
import { measureOf } from '../tracks.js';
import type { Check, Finding, VerifyInput } from '../verify.types.js';

const isKept = ({ plan }: VerifyInput, index: number) =>
  plan.streams.find((entry) => entry.index === index)?.action === 'copy';

function coverBytes(
  info: MediaInfo,
  measured: VerifyInput['sourceMeasured'],
  keep: (index: number) => boolean,
): number[] {
  return streamsOf(info, 'cover')
    .filter(({ index }) => keep(index))
    .map((cover) => measureOf(measured, cover)?.bytes ?? 0)
    .sort((a, b) => a - b);
}

/** Every attachment and every cover is there, of the same size. */
export const checkAttachments: Check = (input) => {
  const findings: Finding[] = [];
  const left = streamsOf(input.output, 'attachment');
  for (const wanted of streamsOf(input.source, 'attachment')) {
    if (!isKept(input, wanted.index)) continue;
    const at = left.findIndex(
      ({ fileName, size }) =>
        fileName === wanted.fileName && (size === null || wanted.size === null || size === wanted.size),
    );
    if (at >= 0) left.splice(at, 1);
    else {
      const message = `The attachment ${wanted.fileName ?? ''} is missing or has another size.`;
      findings.push({ code: 'attachment', message, stream: wanted.index });
    }
  }
  const dropped = streamsOf(input.source, 'attachment').filter(({ index }) => !isKept(input, index));
  for (const { index, fileName, size } of dropped) {
    if (!left.some((other) => other.fileName === fileName && other.size === size)) continue;
    const message = `The attachment ${fileName ?? ''} should have been left out.`;
    findings.push({ code: 'attachment_left', message, stream: index });
  }
  const wanted = coverBytes(input.source, input.sourceMeasured, (index) => isKept(input, index));
  const after = coverBytes(input.output, input.outputMeasured, () => true);
  // A picture that Matroska's readers do not know as a cover comes back as a file.
  const before = wanted.filter((bytes) => {
    if (after.includes(bytes)) return true;
    const at = left.findIndex(
      ({ fileName, size }) => fileName?.startsWith('cover.') === true && size === bytes,
    );
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
  if (before.length !== after.length || before.some((bytes, position) => bytes !== after[position])) {
    const message = `The source has ${wanted.length} covers to keep, the output ${after.length}, or one is another picture.`;
    findings.push({ code: 'cover', message, stream: null });
  }
  return findings;
};
