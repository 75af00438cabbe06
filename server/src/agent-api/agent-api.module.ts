import { Module, type DynamicModule } from '@nestjs/common';
import { NodesModule } from '../nodes/nodes.module.js';
import { AgentController } from './agent.controller.js';

@Module({})
export class AgentApiModule {
  /** @param dispatch the module that knows where Redis is */
  static register(dispatch: DynamicModule): DynamicModule {
    return { module: AgentApiModule, imports: [NodesModule, dispatch], controllers: [AgentController] };
  }
}
