/** One mistake in a profile, where it is, and what would be right. */
export interface ProfileError {
  file: string;
  /** both count from 1 */
  line: number;
  column: number;
  /** such as `video.crf`; empty for the document itself */
  keyPath: string;
  /** the whole sentence, with file, line, column and key in front */
  message: string;
}

export type ProfileResult<T> = { ok: true; profile: T } | { ok: false; errors: ProfileError[] };

export interface Position {
  line: number;
  column: number;
}

export function profileError(file: string, at: Position, keyPath: string, detail: string): ProfileError {
  const key = keyPath === '' ? '' : `${keyPath}: `;
  return { file, ...at, keyPath, message: `${file}:${at.line}:${at.column}: ${key}${detail}` };
}
