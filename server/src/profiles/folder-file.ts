/** A file of this name changes the profile for its folder and all below. */
export const FOLDER_FILE = '.boilarr.yaml';

/** Such a file that is not as the database has it; '' as its directory is the library itself. */
export type FolderProfileChange =
  /** `problem`: why there is no text */
  | { kind: 'found'; directory: string; stamp: string; text: string | null; problem: string | null }
  | { kind: 'gone'; directory: string };
