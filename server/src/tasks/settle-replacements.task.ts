import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DeliveryService } from '../delivery/delivery.service.js';
import { TasksService } from './tasks.service.js';

/** Finishes or undoes what had to wait for a share to be mounted again. */
@Injectable()
export class SettleReplacementsTask implements OnModuleInit {
  constructor(
    private readonly tasks: TasksService,
    private readonly delivery: DeliveryService,
  ) {}

  onModuleInit(): void {
    this.tasks.add({
      name: 'SettleReplacements',
      intervalSeconds: 60,
      run: () => this.delivery.settleOpen(),
    });
  }
}
