import path from 'node:path';
import type { DeliveredFile } from '#contracts';
import { Refusal } from './replace-failure.js';

/** An output and the absolute path that it is published at. */
export interface PublishTarget {
  /** its place in the delivery; the same each time */
  index: number;
  output: DeliveredFile;
  path: string;
}

function bad(output: DeliveredFile, why: string): Refusal {
  return new Refusal({
    code: 'bad_publish_path',
    message: `the output ${output.name} cannot be published: ${why}`,
  });
}

function isFit(segment: string): boolean {
  return (
    segment !== '' &&
    segment !== '.' &&
    segment !== '..' &&
    !/[\\\0]/.test(segment) &&
    !/^\.boilarr/i.test(segment) &&
    !/^[a-z]:/i.test(segment) &&
    Buffer.byteLength(segment) <= 255
  );
}

/**
 * Works out where each output goes: strictly below `root`, each at a place of its own.
 * @throws Refusal `bad_publish_path`
 */
export function targetsOf(root: string, outputs: readonly DeliveredFile[]): PublishTarget[] {
  const seen = new Set<string>();
  return outputs.map((output, index) => {
    const segments = output.publishAs?.split('/') ?? [];
    if (segments.length === 0) throw bad(output, 'it says no path');
    if (!segments.every(isFit))
      throw bad(output, `${JSON.stringify(output.publishAs)} is not a plain path below the folder`);
    // Some file systems take names for one that differ in case or in how an accent is written.
    const key = segments.join('/').normalize('NFC').toLowerCase();
    if (seen.has(key)) throw bad(output, `another output has the path ${output.publishAs ?? ''} too`);
    seen.add(key);
    return { index, output, path: path.join(root, ...segments) };
  });
}

/** Puts the output that refers to the others at the end. */
export function publishOrder(
  targets: readonly PublishTarget[],
  lastName: string | undefined,
): PublishTarget[] {
  const last = targets.filter((target) => target.output.name === lastName);
  return [...targets.filter((target) => target.output.name !== lastName), ...last];
}
