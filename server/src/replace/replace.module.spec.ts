import 'reflect-metadata';
import { Global, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { describe, expect, it } from 'vitest';
import { ConnectModule } from '../connect/connect.module.js';
import { WebhookService } from '../connect/webhook.service.js';
import { createDataSource } from '../database/data-source.js';
import { DbWriter } from '../database/db-writer.js';
import { HistoryModule } from '../history/history.module.js';
import { EventBusModule } from '../realtime/event-bus.module.js';
import { RecoveryService } from './recovery.js';
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
});
