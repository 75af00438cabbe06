import { Module, type DynamicModule } from '@nestjs/common';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { NodesModule } from '../nodes/nodes.module.js';
import { AgentController } from './agent.controller.js';
import { JobReportsController } from './job-reports.controller.js';

@Module({})
export class AgentApiModule {
  /** @param dispatch the module that knows where Redis is */
  static register(dispatch: DynamicModule): DynamicModule {
    return {
      module: AgentApiModule,
      imports: [NodesModule, DeliveryModule, dispatch],
      controllers: [AgentController, JobReportsController],
    };
  }
}
