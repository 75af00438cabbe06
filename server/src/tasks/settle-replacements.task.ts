import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeliveryService } from '../delivery/delivery.service.js';
import { LibraryWatch } from '../delivery/library-watch.service.js';
import { TasksService } from './tasks.service.js';

/** Finishes or undoes what had to wait for a share to be mounted again, and lets the jobs of libraries begin that wait for theirs. */
@Injectable()
export class SettleReplacementsTask implements OnModuleInit {
  constructor(
    private readonly tasks: TasksService,
    private readonly delivery: DeliveryService,
    private readonly watch: LibraryWatch,
  ) {}

  onModuleInit(): void {
    this.tasks.add({
      name: 'SettleReplacements',
      intervalSeconds: 60,
      run: async () => {
        await Promise.all([this.delivery.settleOpen(), this.watch.lookAgain()]);
      },
    });
  }
}
