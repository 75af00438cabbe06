/** The profiles that every source is run under. */
export const PROFILE_NAMES = ['av1-default', 'remux'] as const;
export type ProfileName = (typeof PROFILE_NAMES)[number];

/** Writes the source to `file`; `scratch` is a folder for what it is made from. */
export type Make = (file: string, scratch: string) => Promise<void>;

/**
 * What is to become of a source: `encoded` for a new file that is as it should be, else the code of the reason for
 * which it is left alone, or `failed: CODE`.
 */
export type Expectation = string;

/** One kind of file. */
export interface Source {
  /** unique; in lower case, with dashes */
  id: string;
  /** what a reader of the table is told */
  description: string;
  /** without the dot */
  extension: string;
  make: Make;
  /** of the source under av1-default, and under remux */
  expected: readonly [av1: Expectation, remux: Expectation];
  /** what should be otherwise, and is not yet */
  weakness?: string;
  /** the file's name, where it matters */
  fileName?: string;
}

/** A kind of file that cannot be had. */
export interface Missing {
  what: string;
  why: string;
}

/** One heading of the table. */
export interface Group {
  heading: string;
  sources: readonly Source[];
  missing?: readonly Missing[];
}
