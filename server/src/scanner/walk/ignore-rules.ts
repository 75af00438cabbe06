import { createRequire } from 'node:module';
import type { Ignore } from 'ignore';

/** A file of this name, in gitignore's syntax, rules over its folder and all below. */
export const IGNORE_FILE = '.boilarrignore';

/** Bytes; a list that a person wrote is far smaller. */
export const MAX_IGNORE_FILE = 1024 * 1024;

// Loaded when first needed: most libraries need neither, and a walk starts in a fresh thread.
const load = createRequire(import.meta.url);
type IgnoreFactory = typeof import('ignore');
type Picomatch = typeof import('picomatch');

/** Paths, relative to the library, that are passed over. */
export type PathMatcher = (path: string) => boolean;

/**
 * Compiles a library's globs.
 * @returns one matcher for files and one for folders, which need not be entered when they match;
 *   null when there are no globs
 */
export function compileGlobs(globs: readonly string[]): { file: PathMatcher; folder: PathMatcher } | null {
  if (globs.length === 0) return null;
  const picomatch = load('picomatch') as Picomatch;
  const patterns = globs.map((glob) => glob.replace(/^\.?\/+/, '').replace(/(?<=[^/])\/+$/, ''));
  // A negated glob names the files to keep, wherever they are, so that it cannot rule a folder out.
  const positive = patterns.filter((pattern) => !/^!(?!\()/.test(pattern));
  const options = { dot: true };
  return {
    file: picomatch(patterns, options),
    folder: positive.length === 0 ? () => false : picomatch(positive, options),
  };
}

/** The ignore files that rule over a folder: its own and, through `above`, those of the folders around it. */
export class IgnoreScope {
  private readonly rules: Ignore;

  constructor(
    private readonly above: IgnoreScope | null,
    /** of the folder that the file lies in, relative to the library */
    private readonly directory: string,
    text: string,
  ) {
    const ignore = load('ignore') as IgnoreFactory;
    this.rules = ignore({ allowRelativePaths: true, ignorecase: false }).add(text.replace(/^\uFEFF/, ''));
  }

  /** As in git, the innermost file that says anything about a path decides. */
  ignores(path: string, isFolder: boolean): boolean {
    const inside = this.directory === '' ? path : path.slice(this.directory.length + 1);
    const verdict = this.rules.test(isFolder ? `${inside}/` : inside);
    if (verdict.ignored) return true;
    if (verdict.unignored) return false;
    return this.above?.ignores(path, isFolder) ?? false;
  }
}
