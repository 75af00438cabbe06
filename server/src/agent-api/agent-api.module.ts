import { Module, type DynamicModule } from '@nestjs/common';
import { DeliveryModule } from '../delivery/delivery.module.js';
import { NodesModule } from '../nodes/nodes.module.js';
import { ReachModule } from '../reach/reach.module.js';
import { AgentController } from './agent.controller.js';
import { JoinController } from './join.controller.js';
import { InputsController } from './inputs.controller.js';
import { JobReportsController } from './job-reports.controller.js';
import { OutputsController } from './outputs.controller.js';
import { ReachController } from './reach.controller.js';
import { UpkeepController } from './upkeep.controller.js';

@Module({})
export class AgentApiModule {
  /** @param dispatch the module that knows where Redis is */
  static register(dispatch: DynamicModule): DynamicModule {
    return {
      module: AgentApiModule,
      imports: [NodesModule, DeliveryModule, ReachModule, dispatch],
      controllers: [
        JoinController,
        AgentController,
        JobReportsController,
        InputsController,
        OutputsController,
        ReachController,
        UpkeepController,
      ],
    };
  }
}
