import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  apiError,
  idParam,
  pageOf,
  trashEntry,
  trashListQuery,
  type Page,
  type TrashEntry,
  type TrashListQuery,
} from '#contracts';
import { TrashService } from './trash.service.js';

@ApiTags('trash')
@Controller('trash')
export class TrashController {
  constructor(private readonly trash: TrashService) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(trashEntry) })
  list(@Query({ schema: trashListQuery }) query: TrashListQuery): Promise<Page<TrashEntry>> {
    return this.trash.list(query);
  }

  @Post(':id/restore')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: trashEntry })
  @ApiNotFoundResponse({ standardSchema: apiError })
  @ApiConflictResponse({ standardSchema: apiError })
  restore(@Param('id', { schema: idParam }) id: number): Promise<TrashEntry> {
    return this.trash.restore(id);
  }
}
