import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import { TrashLimits } from '../replace/trash-limits.js';
import { TasksService } from './tasks.service.js';

const HOUR_SECONDS = 3600;

/** Deletes from the trash what is older, or more, than its library is to keep. */
@Injectable()
export class EmptyTrashTask implements OnModuleInit {
  private readonly logger = new Logger('Trash');

  constructor(
    private readonly tasks: TasksService,
    private readonly trash: TrashLimits,
  ) {}

  onModuleInit(): void {
    this.tasks.add({
      name: 'EmptyTrash',
      intervalSeconds: HOUR_SECONDS,
      run: async (signal) => {
        const { deleted, bytes, kept } = await this.trash.apply(signal);
        if (deleted + kept > 0) this.logger.log({ msg: 'the trash was emptied', deleted, bytes, kept });
      },
    });
  }
}
