import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { taskResource, type TaskResource } from '#contracts';
import { z } from 'zod';
import { TasksService } from './tasks.service.js';

@ApiTags('system')
@Controller('system/task')
export class TasksController {
  constructor(private readonly tasks: TasksService) {}

  @Get()
  @ApiOkResponse({ standardSchema: z.array(taskResource) })
  list(): Promise<TaskResource[]> {
    return this.tasks.list();
  }
}
