import { rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MediaFileEntity } from '../../server/src/files/media-file.entity.js';
import { TrashEntryEntity } from '../../server/src/replace/trash-entry.entity.js';
import { FaultyPort, type Faults } from './faulty-port.js';
import { services, type ReplaceCase, type ReplaceLab } from './replace-lab.js';

type Refuse = NonNullable<Faults['refuse']>;

/** What the file system can do: decided by each call, as it is on pools. */
const FILE_SYSTEMS: Readonly<Record<string, Refuse | undefined>> = {
  'hard links': undefined,
  'no hard links': (method) => (method === 'link' ? 'EPERM' : null),
  'the trash elsewhere': (method, args) => {
    if (method !== 'link' && method !== 'rename') return null;
    const [from, to] = args.map((arg) => arg.includes('.boilarr-trash'));
    return from !== to || args[0]?.includes('/work-') === true ? 'EXDEV' : null;
  },
};

/** What has become of the replacement by the time that the original is put back. */
export type Replacement = 'present' | 'absent' | 'renamed';

/** One way that a replacement or a restore can go. */
export interface Route {
  name: string;
  kind: 'replace' | 'restore';
  sourceName: 'Film.mkv' | 'Film.avi';
  replacement: Replacement;
  refuse: Refuse | undefined;
}

function routesOf(kind: Route['kind'], replacement: Replacement): Route[] {
  return (['Film.mkv', 'Film.avi'] as const).flatMap((sourceName) =>
    Object.entries(FILE_SYSTEMS).map(([fileSystem, refuse]) => {
      const what = kind === 'replace' ? 'replace' : `restore, replacement ${replacement}`;
      const names = sourceName === 'Film.mkv' ? 'same name' : 'other extension';
      return { name: `${what}, ${names}, ${fileSystem}`, kind, sourceName, replacement, refuse };
    }),
  );
}

/** Every combination: operation, names, and what the file system can do. */
export const ROUTES: readonly Route[] = [
  ...routesOf('replace', 'present'),
  ...(['present', 'absent', 'renamed'] as const).flatMap((replacement) => routesOf('restore', replacement)),
];

/** A case at the point from which its route begins. */
export interface RouteCase {
  route: Route;
  subject: ReplaceCase;
  /** of the original, for a restore */
  entryId: number;
  /** where the original is to come, and where the output is when all is done or all undone */
  originalPath: string;
  outputPath: string;
}

/** The port of a new process on the same disk: what is refused stays refused. */
export function portOf(route: Route, faults: Faults = {}): FaultyPort {
  const refuse = route.refuse === undefined ? {} : { refuse: route.refuse };
  return new FaultyPort({ quickMetadata: true, ...refuse, ...faults });
}

export function servicesOf(lab: ReplaceLab, route: Route, port: FaultyPort = portOf(route)) {
  return services(lab.dataSource, port.port, port);
}

/** Names that go with the film; they bear its whole name. */
export function sidecarOf(film: string): string {
  return `${film}.nfo`;
}

export async function begin(lab: ReplaceLab, route: Route): Promise<RouteCase> {
  await lab.endJobs();
  const subject = await lab.makeCase({ sourceName: route.sourceName });
  const { sourcePath, finalPath, folder } = subject;
  await writeFile(sidecarOf(sourcePath), 'about the film');
  const made: RouteCase = { route, subject, entryId: 0, originalPath: sourcePath, outputPath: finalPath };
  if (route.kind === 'replace') return made;
  await servicesOf(lab, route).replace.replace(subject.request);
  const libraryId = subject.library.id;
  const entries = lab.dataSource.getRepository(TrashEntryEntity);
  made.entryId = (await entries.findOneByOrFail({ libraryId })).id;
  if (route.replacement === 'absent') await rm(finalPath);
  if (route.replacement === 'renamed') {
    const stem = path.join(folder, 'Better name');
    made.outputPath = `${stem}.mkv`;
    made.originalPath = stem + path.extname(sourcePath);
    await rename(finalPath, made.outputPath);
    await rename(sidecarOf(finalPath), sidecarOf(made.outputPath));
    const files = lab.dataSource.getRepository(MediaFileEntity);
    await files.update({ id: subject.request.file.id }, { name: 'Better name.mkv' });
  }
  return made;
}

/** Runs the route's operation on a port. @returns what came of it, also what was thrown */
export async function run(lab: ReplaceLab, it: RouteCase, port: FaultyPort): Promise<unknown> {
  const { replace, restores } = servicesOf(lab, it.route, port);
  const work =
    it.route.kind === 'replace' ? replace.replace(it.subject.request) : restores.restore(it.entryId);
  return work.catch((error: unknown) => error);
}
