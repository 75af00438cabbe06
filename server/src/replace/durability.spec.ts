import { Logger } from '@nestjs/common';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { begin, portOf, ROUTES, run, servicesOf } from '../../../test/support/failure-routes.js';
import { ReplaceLab } from '../../../test/support/replace-lab.js';
import { WebhookDeliveryEntity } from '../connect/webhook-delivery.entity.js';
import { MediaFileEntity } from '../files/media-file.entity.js';
import { HistoryEntity } from '../history/history.entity.js';
import { LibraryEntity } from '../libraries/library.entity.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { TrashEntryEntity } from './trash-entry.entity.js';

let lab: ReplaceLab;
beforeAll(async () => {
  Logger.overrideLogger(false);
  lab = await ReplaceLab.open(true);
});
afterAll(async () => {
  await lab.close();
  Logger.overrideLogger(['error', 'warn']);
});

/** A call on names of the library: not on the journal, the node's work folder, or the sidecars. */
const swaps = /^(link|rename) (?!.*(nfo|out\.mkv))/;

describe.each(ROUTES)('$name', (route) => {
  it('makes each thing durable before what relies on it', async () => {
    const port = portOf(route);
    await run(lab, await begin(lab, route), port);
    const { calls } = port;
    const at = (match: RegExp, from = 0) =>
      calls.findIndex((call, index) => index >= from && match.test(call));
    const open = at(/^commit open/);
    const done = at(/^commit done/);
    expect(open).toBeGreaterThan(0);
    const before = calls.slice(0, open);
    const inside = calls.slice(open, done);

    // The staged file: whole and durable before the journal says that the library may change.
    const isStaged = (call: string) => call.split(' ').some((word) => word.startsWith('.boilarr-stage-'));
    const lastWrite = before.findLastIndex((call) => /^(copyNew|copyMetadata)/.test(call) && isStaged(call));
    const synced = before.findLastIndex((call) => call.startsWith('syncFile') && isStaged(call));
    if (route.kind === 'replace') expect(synced).toBeGreaterThan(-1);
    if (lastWrite >= 0) expect(synced).toBeGreaterThan(lastWrite);
    // Until then no name of the library has changed.
    expect(before.filter((call) => swaps.test(call) && !isStaged(call))).toEqual([]);

    // A copy in the trash is durable before the source goes, and its name is.
    const copied = inside.findIndex((call) => /^copyNew .*~/.test(call));
    const loses = inside.findLastIndex((call) =>
      /^(rename|unlink) (\.boilarr-stage-\S+ Film|Film|Better)/.test(call),
    );
    if (copied >= 0) {
      const syncs = inside
        .map((call, index) => ({ call, index }))
        .filter(({ index }) => index > copied && index < loses);
      expect(syncs.some(({ call }) => /^syncFile .*~/.test(call))).toBe(true);
      expect(syncs.some(({ call }) => call.startsWith('syncFolder'))).toBe(true);
    }
    // Same name: the original's name in the trash is durable before the path gets its new file.
    if (route.sourceName === 'Film.mkv' && route.replacement !== 'absent') {
      const over = inside.findIndex((call) => /^rename \.boilarr-stage-\S+ (Film|Better)/.test(call));
      const named = inside.findIndex((call) => /^(link|copyNew) (Film|Better).*~/.test(call));
      expect(named).toBeGreaterThan(-1);
      expect(inside.slice(named, over).some((call) => call.startsWith('syncFolder'))).toBe(true);
    }
    // All changes of names are durable before the row is closed, and before what they came from is dropped.
    const lastName = inside.findLastIndex((call) => swaps.test(call));
    const drop = inside.findLastIndex(
      (call) => /^unlink (?!\.boilarr-stage-)/.test(call) && !call.includes('nfo'),
    );
    const folders = inside.slice(lastName, drop).filter((call) => call.startsWith('syncFolder'));
    expect(folders.length).toBeGreaterThanOrEqual(route.replacement === 'absent' ? 1 : 2);
  });

  it('closes the row, history, savings, file, trash and job together or not at all', async () => {
    const it = await begin(lab, route);
    await lab.dataSource
      .getRepository(LibraryEntity)
      .update({ id: it.subject.library.id }, { webhookUrl: 'http://x' });
    const books = async () => {
      const { manager } = lab.dataSource;
      const libraryId = it.subject.library.id;
      return {
        history: await manager.countBy(HistoryEntity, { libraryId }),
        trash: await manager.find(TrashEntryEntity, {
          where: { libraryId },
          select: { id: true, state: true },
        }),
        savings: await lab.savings(libraryId),
        file: await manager.findOne(MediaFileEntity, {
          where: { libraryId },
          select: { id: true, status: true, size: true, name: true },
        }),
        job: await lab.jobState(it.subject.request.job.id),
        hooks: await manager.count(WebhookDeliveryEntity),
      };
    };
    const was = await books();
    // Commits: of the row, of its opening, of all that follows.
    await run(lab, it, portOf(route, { noCommitFrom: 3 }));
    expect(await books()).toEqual(was);
    const open = { libraryId: it.subject.library.id, state: 'open' } as const;
    expect(await lab.dataSource.manager.countBy(ReplaceJournalEntity, open)).toBe(1);
    expect((await servicesOf(lab, route).recovery.recover()).done).toBe(1);
    const is = await books();
    expect(is.history).toBe(was.history + 1);
    expect(is.savings).not.toEqual(was.savings);
    expect(is.file).not.toEqual(was.file);
    expect(is.trash).not.toEqual(was.trash);
    expect(is.hooks).toBe(was.hooks + (route.kind === 'replace' ? 1 : 0));
    expect(is.job).toBe('completed');
  });
});
