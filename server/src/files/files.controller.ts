import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiNotFoundResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import {
  apiError,
  fileListQuery,
  idParam,
  mediaFile,
  pageOf,
  type FileListQuery,
  type MediaFile,
  type Page,
} from '#contracts';
import { FilesService } from './files.service.js';

@ApiTags('files')
@Controller('files')
export class FilesController {
  constructor(private readonly files: FilesService) {}

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
}
