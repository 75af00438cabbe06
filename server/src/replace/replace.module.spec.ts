import 'reflect-metadata';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { Global, Logger, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { FaultyPort } from '../../../test/support/faulty-port.js';
import { ReplaceLab, services } from '../../../test/support/replace-lab.js';
import { ConnectModule } from '../connect/connect.module.js';
import { WebhookService } from '../connect/webhook.service.js';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { HistoryModule } from '../history/history.module.js';
import { EventBusModule } from '../realtime/event-bus.module.js';
import { NodeFilePort } from './file-port.js';
import { FILE_PORT } from './file-port.token.js';
import { RecoveryService } from './recovery.js';
import { ReplaceJournalEntity } from './replace-journal.entity.js';
import { ReplaceModule } from './replace.module.js';
import { ReplaceService } from './replace.service.js';
import { TrashController } from './trash.controller.js';

describe('ReplaceModule', () => {
  it('can be put together, and has recovered before anything else begins', async () => {
    const dataSource = createDataSource(':memory:');
    await dataSource.initialize();
    await dataSource.runMigrations();
    @Global()
    @Module({
      providers: [{ provide: DataSource, useValue: dataSource }, DbWriter],
      exports: [DataSource, DbWriter],
    })
    class Database {}
    const module = await Test.createTestingModule({
      imports: [Database, EventBusModule, ReplaceModule, HistoryModule, ConnectModule],
    }).compile();
    await module.init();
    expect(module.get(ReplaceService)).toBeInstanceOf(ReplaceService);
    expect(module.get(WebhookService)).toBeInstanceOf(WebhookService);
    expect(await module.get(RecoveryService).jobsToRequeue()).toEqual([]);
    const query = {
      page: 1,
      pageSize: 5,
      sortKey: 'at',
      sortDirection: 'descending',
      state: 'held',
    } as const;
    expect(await module.get(TrashController, { strict: false }).list(query)).toMatchObject({
      totalRecords: 0,
      records: [],
    });
    await module.close();
    await dataSource.destroy();
  });

  it('settles what a crash left before anybody hears that the application is up', async () => {
    Logger.overrideLogger(false);
    const lab = await ReplaceLab.open(true);
    const subject = await lab.makeCase();
    const port = new FaultyPort({ quickMetadata: true, crashAfter: 40 });
    const { replace } = services(lab.dataSource, port.port, port);
    await expect(replace.replace(subject.request)).rejects.toThrow();
    const journal = lab.dataSource.getRepository(ReplaceJournalEntity);
    expect(await journal.countBy({ state: 'open' })).toBe(1);

    const seen: number[] = [];
    // What scans, dispatches, delivers or answers begins with this hook at the earliest: see below.
    class Eager implements OnApplicationBootstrap {
      async onApplicationBootstrap(): Promise<void> {
        seen.push(await journal.countBy({ state: 'open' }));
      }
    }
    @Global()
    @Module({
      providers: [{ provide: DataSource, useValue: lab.dataSource }, DbWriter, Eager],
      exports: [DataSource, DbWriter],
    })
    class Database {}
    class SlowPort extends NodeFilePort {
      override async lstat(file: string) {
        await new Promise((resolve) => setTimeout(resolve, 10));
        return super.lstat(file);
      }
    }
    const module = await Test.createTestingModule({
      imports: [Database, EventBusModule, ReplaceModule, HistoryModule, ConnectModule],
    })
      .overrideProvider(FILE_PORT)
      .useClass(SlowPort)
      .compile();
    await module.init();
    expect(seen).toEqual([0]);
    await module.close();
    await lab.close();
    Logger.overrideLogger(['error', 'warn']);
  });

  it('is alone in doing anything while modules are initialised: the others only make themselves known', async () => {
    const server = path.join(import.meta.dirname, '..');
    const files = (await readdir(server, { recursive: true })).filter((name) => /(?<!spec)\.ts$/.test(name));
    const eager: string[] = [];
    for (const name of files) {
      if ((await readFile(path.join(server, name), 'utf8')).includes(' onModuleInit()')) eager.push(name);
    }
    // Tasks and checks are added to a list, logs get their folder, profiles and lots are read: none touches a library.
    expect(eager.filter((name) => !name.endsWith('.task.ts')).sort()).toEqual([
      'delivery/claim-check.service.ts',
      'jobs/job-log.store.ts',
      'jobs/job-lots.service.ts',
      'profiles/profiles.service.ts',
      'replace/recovery.ts',
    ]);
  });
});
