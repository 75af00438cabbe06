import { createHash } from 'node:crypto';

const UPLOAD = /^([0-9a-f]{24})-upload-([0-9a-f]{8})-([0-9a-f]{64})(\.partial)?$/;

/** An output that a node sends, or has sent, by the name of its file. */
export interface UploadFile {
  file: string;
  leaseToken: string;
  /** short hash of the output's name, which may be any text */
  output: string;
  sha256: string;
  /** false: pieces of it are still to come */
  whole: boolean;
}

/** Of which attempt, which output and which content: so that another attempt goes on only with the very same. */
export function uploadName(leaseToken: string, name: string, sha256: string): string {
  const output = createHash('sha256').update(name).digest('hex').slice(0, 8);
  return `${leaseToken}-upload-${output}-${sha256}`;
}

/** @returns null for every other file */
export function parseUploadName(file: string): UploadFile | null {
  const [, leaseToken, output, sha256, partial] = UPLOAD.exec(file) ?? [];
  if (leaseToken === undefined || output === undefined || sha256 === undefined) return null;
  return { file, leaseToken, output, sha256, whole: partial === undefined };
}
