import { Controller, Get, Query } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  historyEntry,
  historyListQuery,
  pageOf,
  type HistoryEntry,
  type HistoryListQuery,
  type Page,
} from '#contracts';
import { HistoryService } from './history.service.js';

@ApiTags('history')
@Controller('history')
export class HistoryController {
  constructor(private readonly history: HistoryService) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(historyEntry) })
  list(@Query({ schema: historyListQuery }) query: HistoryListQuery): Promise<Page<HistoryEntry>> {
    return this.history.list(query);
  }
}
