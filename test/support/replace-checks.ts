import { expect } from 'vitest';
import type { ReplaceOutcome } from '../../server/src/replace/replace.service.js';
import { TrashEntryEntity } from '../../server/src/replace/trash-entry.entity.js';
import { FaultyPort, type Faults } from './faulty-port.js';
import { leftovers, services, sha256Of, type ReplaceCase, type ReplaceLab } from './replace-lab.js';

export const MODES = [
  { mode: 'same name', sourceName: 'Film.mkv', extension: 'mkv' },
  { mode: 'other extension', sourceName: 'Film.avi', extension: 'mkv' },
] as const;

export async function run(
  lab: ReplaceLab,
  subject: ReplaceCase,
  faults: Faults = {},
): Promise<{ outcome: ReplaceOutcome; calls: string[] }> {
  const faulty = new FaultyPort(faults);
  const outcome = await services(lab.dataSource, faulty.port, faulty).replace.replace(subject.request);
  return { outcome, calls: faulty.calls };
}

export async function trashOf(lab: ReplaceLab, subject: ReplaceCase): Promise<TrashEntryEntity[]> {
  return lab.dataSource
    .getRepository(TrashEntryEntity)
    .find({ where: { libraryId: subject.library.id, state: 'held' }, order: { id: 'ASC' } });
}

export async function expectReplaced(
  lab: ReplaceLab,
  subject: ReplaceCase,
  outcome: ReplaceOutcome,
): Promise<void> {
  expect(outcome).toMatchObject({ kind: 'replaced', finalPath: subject.finalPath });
  expect(await sha256Of(subject.finalPath)).toBe(subject.newSha);
  if (subject.sourcePath !== subject.finalPath) expect(await sha256Of(subject.sourcePath)).toBeNull();
  const [entry, ...more] = await trashOf(lab, subject);
  expect(more).toEqual([]);
  expect(await sha256Of(entry!.trashPath)).toBe(subject.originalSha);
  expect(await leftovers(subject.library.path)).toEqual([]);
  expect(await lab.savings(subject.library.id)).toEqual({
    files: 1,
    sourceSize: subject.originalSize,
    saved: subject.originalSize - subject.newSize,
  });
  expect(await lab.jobState(subject.request.job.id)).toBe('completed');
}

export async function expectUntouched(lab: ReplaceLab, subject: ReplaceCase): Promise<void> {
  expect(await sha256Of(subject.sourcePath)).toBe(subject.originalSha);
  expect(await leftovers(subject.library.path)).toEqual([]);
  expect(await trashOf(lab, subject)).toEqual([]);
  expect((await lab.savings(subject.library.id)).files).toBe(0);
  expect(await lab.jobState(subject.request.job.id)).toBe('replacing');
}
