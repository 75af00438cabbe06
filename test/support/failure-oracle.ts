import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { HistoryEntity } from '../../server/src/history/history.entity.js';
import { ReplaceJournalEntity } from '../../server/src/replace/replace-journal.entity.js';
import { TrashEntryEntity } from '../../server/src/replace/trash-entry.entity.js';
import { servicesOf, sidecarOf, type RouteCase } from './failure-routes.js';
import { leftovers, sha256Of, type ReplaceLab } from './replace-lab.js';

/** How a case stands: with the original or with the output in the library. */
export type End = 'original' | 'output';

async function filesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder, { recursive: true }).catch(() => [] as string[]);
  return names.filter((name) => /\.(mkv|avi)$/.test(name)).sort();
}

/** The film's folder holds this one film and its sidecar, under one name each, and nothing else. */
async function expectFilm(it: RouteCase, film: string, sha: string, warned: boolean): Promise<void> {
  expect(await sha256Of(film)).toBe(sha);
  if (!warned) expect((await stat(film)).nlink).toBe(1);
  // A sidecar follows its film; where the film had been deleted, it stays as it was.
  const names = (await readdir(it.subject.folder)).filter((name) => !warned || !name.endsWith('.nfo'));
  if (warned) names.push(path.basename(sidecarOf(film)));
  const sidecar = names.find((name) => name.endsWith('.nfo'));
  expect(names.sort()).toEqual([path.basename(film), sidecar].sort());
  if (it.route.replacement !== 'absent') expect(sidecar).toBe(path.basename(sidecarOf(film)));
}

/**
 * Everything that must hold once recovery has run: one whole file at the path, the other one in the trash or nowhere,
 * nothing left over, and books that say the same as the disk.
 */
export async function expectWhole(lab: ReplaceLab, it: RouteCase): Promise<End> {
  const { subject, route } = it;
  const libraryId = subject.library.id;
  const manager = lab.dataSource.manager;
  const rows = await manager.findBy(ReplaceJournalEntity, { libraryId });
  expect(rows.filter(({ state }) => state === 'open' || state === 'staging')).toEqual([]);
  expect(await leftovers(subject.library.path)).toEqual([]);
  const held = await manager.findBy(TrashEntryEntity, { libraryId, state: 'held' });
  const trash = path.join(subject.library.path, '.boilarr-trash');
  // What lies in the trash and what the books say of it are the same.
  const inTrash = (await filesIn(trash)).map((name) => path.join(trash, name));
  const history = await manager.findBy(HistoryEntity, { libraryId });
  const notes = history.map(({ note }) => note ?? '').join();
  // What cannot be removed or renamed at the very end is told, and keeps nobody from anything.
  const counted = inTrash.filter((file) => !notes.includes(`${file} is of no use any more`));
  expect(counted).toEqual(held.map(({ trashPath }) => trashPath).sort());
  const warned = /\.nfo|sidecar|of no use/.test(notes);
  const undone = history.filter(({ event }) => event === 'recovered');
  for (const row of undone) expect(row).toMatchObject({ saving: 0, trashEntryId: null });
  expect(undone.length).toBeLessThanOrEqual(rows.filter(({ state }) => state === 'undone').length);
  const events = history.filter(({ event }) => event !== 'recovered').map(({ event }) => event);
  const saved = subject.originalSize - subject.newSize;
  const { files, saved: sum } = await lab.savings(libraryId);

  const swapped = rows.some(({ kind, state }) => kind === route.kind && state === 'done');
  const end: End = swapped === (route.kind === 'replace') ? 'output' : 'original';
  const both = [subject.originalSha, subject.newSha];
  const trashed = await Promise.all(held.map(({ trashPath }) => sha256Of(trashPath)));
  if (end === 'output') {
    if (route.replacement !== 'absent') await expectFilm(it, it.outputPath, both[1] ?? '', warned);
    expect(trashed).toEqual([both[0]]);
    expect(events).toEqual(['replaced']);
    expect({ files, sum }).toEqual({ files: 1, sum: saved });
    expect(await lab.jobState(subject.request.job.id)).toBe('completed');
  } else {
    const place = route.replacement === 'absent' ? subject.sourcePath : it.originalPath;
    await expectFilm(it, place, both[0] ?? '', warned);
    expect(trashed).toEqual(route.kind === 'restore' && route.replacement !== 'absent' ? [both[1]] : []);
    expect(events).toEqual(route.kind === 'restore' ? ['replaced', 'restored'] : []);
    expect({ files, sum }).toEqual({ files: 0, sum: 0 });
    expect(await lab.jobState(subject.request.job.id)).toBe(
      route.kind === 'restore' ? 'completed' : 'replacing',
    );
  }
  return end;
}

/** What was not done can be done, and what was done can be undone. */
export async function expectUsable(lab: ReplaceLab, it: RouteCase, end: End): Promise<void> {
  const { replace, restores, recovery } = servicesOf(lab, it.route);
  if (end === 'original') {
    if (it.route.kind === 'restore') return;
    const outputsPresent = (await sha256Of(it.subject.request.output.stagedPath)) !== null;
    expect(await recovery.jobsToRequeue()).toContainEqual({
      jobId: it.subject.request.job.id,
      outputsPresent,
    });
    if (!outputsPresent) return;
    expect(await replace.replace(it.subject.request)).toMatchObject({ kind: 'replaced' });
    expect(await sha256Of(it.subject.finalPath)).toBe(it.subject.newSha);
    return;
  }
  const entry = await lab.dataSource.manager.findOneByOrFail(TrashEntryEntity, {
    libraryId: it.subject.library.id,
    state: 'held',
  });
  await restores.restore(entry.id);
  const place = it.route.replacement === 'absent' ? it.subject.sourcePath : it.originalPath;
  expect(await sha256Of(place)).toBe(it.subject.originalSha);
  expect(await lab.savings(it.subject.library.id)).toMatchObject({ files: 0, saved: 0 });
}

/** What lies at the paths of a case's journal row, and what the row says: recovery knows nothing else. */
export async function signature(lab: ReplaceLab, it: RouteCase): Promise<string> {
  const row = await lab.dataSource.manager.findOne(ReplaceJournalEntity, {
    where: { libraryId: it.subject.library.id },
    order: { id: 'DESC' },
  });
  if (row === null) return 'no row';
  const { sourcePath, finalPath, trashPath, stagedPath, deliveredPath } = row;
  const paths = [sourcePath, finalPath, trashPath, stagedPath, deliveredPath];
  const sidecars = [sidecarOf(sourcePath), sidecarOf(finalPath)];
  const { originalSize, newSize } = it.subject;
  const nameOf = (size: number) =>
    size === originalSize ? 'original' : size === newSize ? 'output' : 'part';
  const looks = [...paths, `${stagedPath}.back`, path.dirname(trashPath), ...sidecars].map((file) =>
    stat(file).then(
      (status) => (status.isFile() ? `${nameOf(status.size)}*${status.nlink}` : 'folder'),
      () => '-',
    ),
  );
  return [row.kind, row.state, ...(await Promise.all(looks))].join(' ');
}
