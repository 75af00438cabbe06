import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import {
  ApiBadRequestResponse,
  ApiConflictResponse,
  ApiNotFoundResponse,
  ApiOkResponse,
  ApiTags,
} from '@nestjs/swagger';
import {
  addJobRequest,
  addJobResponse,
  apiError,
  fieldErrors,
  type AddJobRequest,
  type AddJobResponse,
} from '#contracts';
import { JobByPath } from './job-by-path.service.js';

@ApiTags('jobs')
@Controller('jobs')
export class JobByPathController {
  constructor(private readonly byPath: JobByPath) {}

  /**
   * Looks at one file of a library and decides on it now, without a scan. The answer has its job, or says why its profile or its library
   * leaves it as it is.
   */
  @Post()
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: addJobResponse })
  @ApiBadRequestResponse({ standardSchema: fieldErrors })
  @ApiNotFoundResponse({ standardSchema: apiError })
  @ApiConflictResponse({ standardSchema: apiError })
  add(@Body({ schema: addJobRequest }) body: AddJobRequest): Promise<AddJobResponse> {
    return this.byPath.add(body);
  }
}
