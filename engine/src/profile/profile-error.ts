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

/** Mistakes that are told at a time: nobody reads more, and text of nothing but mistakes would make thousands. */
export const MAX_ERRORS = 50;

export function profileError(file: string, at: Position, keyPath: string, detail: string): ProfileError {
  const key = keyPath === '' ? '' : `${keyPath}: `;
  return { file, ...at, keyPath, message: `${file}:${at.line}:${at.column}: ${key}${detail}` };
}
