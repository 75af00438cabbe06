/** A path's last part, and what comes before it (without the `/` between them). Takes both kinds of slash. */
export function splitPath(path: string): { folder: string; name: string } {
  const cut = Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\'));
  return cut < 0 ? { folder: '', name: path } : { folder: path.slice(0, cut), name: path.slice(cut + 1) };
}

/** `folder` and `name` as one path, with the folder's own kind of slash. */
export function joinPath(folder: string, name: string): string {
  const slash = !folder.includes('/') && folder.includes('\\') ? '\\' : '/';
  return folder.endsWith(slash) ? folder + name : folder + slash + name;
}
