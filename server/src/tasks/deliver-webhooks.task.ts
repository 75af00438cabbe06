import { Injectable, type OnModuleInit } from '@nestjs/common';
import { WebhookService } from '../connect/webhook.service.js';
import { TasksService } from './tasks.service.js';

/** Sends what could not be sent at once. */
@Injectable()
export class DeliverWebhooksTask implements OnModuleInit {
  constructor(
    private readonly tasks: TasksService,
    private readonly webhooks: WebhookService,
  ) {}

  onModuleInit(): void {
    this.tasks.add({ name: 'DeliverWebhooks', intervalSeconds: 30, run: () => this.webhooks.deliverDue() });
  }
}
