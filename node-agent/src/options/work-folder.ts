import path from 'node:path';

/** Where a node keeps its work when nobody has said so: where its system wants data of programs that is large and lasts. */
export function defaultWorkFolder(
  platform: NodeJS.Platform,
  environment: NodeJS.ProcessEnv,
  home: string,
): string {
  if (platform === 'win32') {
    const local = environment['LOCALAPPDATA'] ?? path.win32.join(home, 'AppData', 'Local');
    return path.win32.join(local, 'Boilarr Node');
  }
  if (platform === 'darwin') return path.posix.join(home, 'Library', 'Application Support', 'Boilarr Node');
  const data = environment['XDG_DATA_HOME'];
  // As the XDG specification has it: a relative path there is no path.
  const base =
    data !== undefined && path.posix.isAbsolute(data) ? data : path.posix.join(home, '.local', 'share');
  return path.posix.join(base, 'boilarr-node');
}
