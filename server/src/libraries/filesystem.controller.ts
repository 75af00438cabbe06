import { Controller, Get, Query } from '@nestjs/common';
import { ApiBadRequestResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { fieldErrors, folderListing, type FolderListing } from '#contracts';
import { z } from 'zod';
import { listFolders } from './folder-listing.js';

const folderQuery = z.object({ path: z.string().min(1).max(4096).default('/') });

@ApiTags('filesystem')
@Controller('filesystem')
export class FilesystemController {
  @Get()
  @ApiOkResponse({ standardSchema: folderListing })
  @ApiBadRequestResponse({ standardSchema: fieldErrors })
  list(@Query({ schema: folderQuery }) query: z.infer<typeof folderQuery>): Promise<FolderListing> {
    return listFolders(query.path);
  }
}
