import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiConflictResponse, ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  apiError,
  fileListQuery,
  filePlan,
  filePlanQuery,
  idParam,
  mediaFile,
  pageOf,
  type FileListQuery,
  type FilePlan,
  type FilePlanQuery,
  type MediaFile,
  type Page,
} from '#contracts';
import { ScannerService } from '../scanner/scanner.service.js';
import { FilePlanService } from './file-plan.service.js';
import { FilesService } from './files.service.js';

@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(
    private readonly files: FilesService,
    private readonly plans: FilePlanService,
    private readonly scanner: ScannerService,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(mediaFile) })
  list(@Query({ schema: fileListQuery }) query: FileListQuery): Promise<Page<MediaFile>> {
    return this.files.list(query);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: mediaFile })
  @ApiNotFoundResponse({ standardSchema: apiError })
  get(@Param('id', { schema: idParam }) id: number): Promise<MediaFile> {
    return this.files.get(id);
  }

  /**
   * Decides anew on a file that was skipped, failed or was put back from the trash. The answer says whether it is
   * queued now, or why its profile leaves it as it is.
   */
  @Post(':id/queue')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: mediaFile })
  @ApiNotFoundResponse({ standardSchema: apiError })
  @ApiConflictResponse({ standardSchema: apiError })
  async queue(@Param('id', { schema: idParam }) id: number): Promise<MediaFile> {
    await this.scanner.decideOne(id);
    return this.files.get(id);
  }

  /** What would be done with the file as things stand, down to the commands of a node, and why. */
  @Get(':id/plan')
  @ApiOkResponse({ standardSchema: filePlan })
  @ApiNotFoundResponse({ standardSchema: apiError })
  @ApiConflictResponse({ standardSchema: apiError })
  plan(
    @Param('id', { schema: idParam }) id: number,
    @Query({ schema: filePlanQuery }) { node }: FilePlanQuery,
  ): Promise<FilePlan> {
    return this.plans.plan(id, node);
  }
}
