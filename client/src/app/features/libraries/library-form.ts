import type { AddLibrary, Library, UpdateLibrary } from '#contracts';

/** A library as the form holds it: lists are text, so that they can be typed. */
export interface LibraryForm {
  path: string;
  name: string;
  enabled: boolean;
  profile: string;
  /** separated by commas or spaces */
  extensions: string;
  /** bytes */
  minimumSize: number;
  minimumAgeSeconds: number;
  /** one glob a line */
  ignore: string;
  /** 0: only when asked */
  scanIntervalSeconds: number;
  weight: number;
  order: Library['order'];
  hardLinks: Library['hardLinks'];
  review: boolean;
  /** days; 0: not by age */
  trashKeepDays: number;
  /** bytes; 0: no limit */
  trashMaximumSize: number;
  /** separated by commas or spaces */
  nodeTags: string;
  webhookUrl: string;
}

const words = (text: string): string[] => text.split(/[\s,;]+/).filter((word) => word !== '');

/**
 * What a new library starts with. The same values as the contracts' LIBRARY_DEFAULTS, which cannot be imported without
 * the whole validation library; a spec holds them together.
 */
export const NEW_LIBRARY: LibraryForm = {
  path: '',
  name: '',
  enabled: true,
  profile: 'av1-default',
  extensions:
    '3gp, asf, avi, divx, flv, m2ts, m2v, m4v, mkv, mov, mp4, mpeg, mpg, mts, mxf, ogm, ogv, rm, rmvb, ts, vob, webm, wmv',
  minimumSize: 0,
  minimumAgeSeconds: 60,
  ignore: '',
  scanIntervalSeconds: 21_600,
  weight: 0,
  order: 'expectedSaving',
  hardLinks: 'skip',
  review: false,
  trashKeepDays: 30,
  trashMaximumSize: 0,
  nodeTags: '',
  webhookUrl: '',
};

export function toForm(library: Library): LibraryForm {
  return {
    path: library.path,
    name: library.name,
    enabled: library.enabled,
    profile: library.profile,
    extensions: library.extensions.join(', '),
    minimumSize: library.minimumSize,
    minimumAgeSeconds: library.minimumAgeSeconds,
    ignore: library.ignore.join('\n'),
    scanIntervalSeconds: library.scanIntervalSeconds,
    weight: library.weight,
    order: library.order,
    hardLinks: library.hardLinks,
    review: library.review,
    trashKeepDays: library.trashKeepDays,
    trashMaximumSize: library.trashMaximumSize,
    nodeTags: library.nodeTags.join(', '),
    webhookUrl: library.webhookUrl,
  };
}

/** All but the folder, which cannot be changed later. */
export function toUpdate(form: LibraryForm): UpdateLibrary {
  return {
    name: form.name.trim(),
    enabled: form.enabled,
    profile: form.profile,
    extensions: words(form.extensions),
    minimumSize: form.minimumSize,
    minimumAgeSeconds: form.minimumAgeSeconds,
    ignore: form.ignore
      .split('\n')
      .map((glob) => glob.trim())
      .filter((glob) => glob !== ''),
    scanIntervalSeconds: form.scanIntervalSeconds,
    weight: form.weight,
    order: form.order,
    hardLinks: form.hardLinks,
    review: form.review,
    trashKeepDays: form.trashKeepDays,
    trashMaximumSize: form.trashMaximumSize,
    nodeTags: words(form.nodeTags),
    webhookUrl: form.webhookUrl.trim(),
  };
}

/** Without a name the server takes the folder's. */
export function toAdd(form: LibraryForm): AddLibrary {
  const { name, ...rest } = toUpdate(form);
  return { ...rest, path: form.path, ...(name ? { name } : {}) };
}

/** What a choice of what to do with hard-linked files means for the disk. */
export const HARD_LINK_NOTES: Readonly<Record<Library['hardLinks'], string>> = {
  skip: 'A file with other hard links, mostly one that a torrent client still seeds, is not encoded.',
  wait: 'A file with other hard links is encoded once it has none, such as when a torrent client no longer seeds it.',
  break:
    'The other links keep the original, so that its space becomes free only when they are gone and it has left the trash.',
};

/** The field of the form that a name in a 400 means: `ignore.0` is in `ignore`. */
export function fieldNamed(propertyName: string): keyof LibraryForm | null {
  const first = propertyName.split(/[.[]/, 1)[0] ?? '';
  return Object.keys(NEW_LIBRARY).includes(first) ? (first as keyof LibraryForm) : null;
}
