import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  apiError,
  emptyTrashResponse,
  idParam,
  pageOf,
  restoreManyResponse,
  trashEntry,
  trashIds,
  trashListQuery,
  type EmptyTrashResponse,
  type Page,
  type RestoreManyResponse,
  type TrashEntry,
  type TrashIds,
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

  @Post('restore')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: restoreManyResponse })
  restoreMany(@Body({ schema: trashIds }) { ids }: TrashIds): Promise<RestoreManyResponse> {
    return this.trash.restoreMany(ids);
  }

  /** Deletes some entries for good. The command `EmptyTrash` deletes all of a library, or all there are. */
  @Post('empty')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: emptyTrashResponse })
  empty(@Body({ schema: trashIds }) { ids }: TrashIds): Promise<EmptyTrashResponse> {
    return this.trash.removeMany(ids);
  }

  /** Deletes it for good, even where nothing else is left of it. */
  @Delete(':id')
  @ApiOkResponse({ standardSchema: trashEntry })
  @ApiNotFoundResponse({ standardSchema: apiError })
  @ApiConflictResponse({ standardSchema: apiError })
  remove(@Param('id', { schema: idParam }) id: number): Promise<TrashEntry> {
    return this.trash.remove(id);
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
