import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { libraryProjection, type LibraryProjection } from '#contracts';
import { z } from 'zod';
import { ProjectionService } from './projection.service.js';

@ApiTags('system')
@Controller('system/projection')
export class ProjectionController {
  constructor(private readonly projections: ProjectionService) {}

  /** How far the sizes that were expected of new files were off, by library. */
  @Get()
  @ApiOkResponse({ standardSchema: z.array(libraryProjection) })
  list(): Promise<LibraryProjection[]> {
    return this.projections.list();
  }
}
