import {
  Body,
  Controller,
  Get,
  Header,
  HttpCode,
  NotFoundException,
  Param,
  Post,
  Query,
  StreamableFile,
} from '@nestjs/common';
import { ApiCreatedResponse, ApiOkResponse, ApiProduces, ApiTags } from '@nestjs/swagger';
import {
  idParam,
  job,
  jobDetail,
  jobListQuery,
  jobLogQuery,
  pageOf,
  rerunRequest,
  type Job,
  type JobDetail,
  type JobListQuery,
  type JobLogQuery,
  type Page,
  type RerunRequest,
} from '#contracts';
import { JobLogStore } from './job-log.store.js';
import { JobReader } from './job-reader.service.js';
import { JobsService } from './jobs.service.js';
import { RerunService } from './rerun.service.js';

@ApiTags('jobs')
@Controller('jobs')
export class JobsController {
  constructor(
    private readonly jobs: JobsService,
    private readonly reruns: RerunService,
    private readonly reader: JobReader,
    private readonly logs: JobLogStore,
  ) {}

  @Get()
  @ApiOkResponse({ standardSchema: pageOf(job) })
  list(@Query({ schema: jobListQuery }) query: JobListQuery): Promise<Page<Job>> {
    return this.reader.list(query);
  }

  @Get(':id')
  @ApiOkResponse({ standardSchema: jobDetail })
  detail(@Param('id', { schema: idParam }) id: number): Promise<JobDetail> {
    return this.reader.detail(id);
  }

  @Get(':id/log')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  @Header('X-Content-Type-Options', 'nosniff')
  @ApiProduces('text/plain')
  async log(
    @Param('id', { schema: idParam }) id: number,
    @Query({ schema: jobLogQuery }) { tail }: JobLogQuery,
  ): Promise<StreamableFile> {
    const stream = await this.logs.read(id, tail);
    if (stream === null) throw new NotFoundException(`job ${id} has no log yet`);
    return new StreamableFile(stream);
  }

  @Post(':id/front')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: job })
  front(@Param('id', { schema: idParam }) id: number): Promise<Job> {
    return this.jobs.moveToFront(id);
  }

  @Post(':id/cancel')
  @HttpCode(200)
  @ApiOkResponse({ standardSchema: job })
  cancel(@Param('id', { schema: idParam }) id: number): Promise<Job> {
    return this.jobs.cancel(id);
  }

  @Post(':id/rerun')
  @ApiCreatedResponse({ standardSchema: job })
  rerun(
    @Param('id', { schema: idParam }) id: number,
    @Body({ schema: rerunRequest }) body: RerunRequest,
  ): Promise<Job> {
    return this.reruns.rerun(id, body.fromStep);
  }
}
