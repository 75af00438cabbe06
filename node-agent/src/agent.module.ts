import { BullModule } from '@nestjs/bull';
import { Module, type DynamicModule } from '@nestjs/common';
import { Agent } from './agent.js';
import { SESSION, type AgentSession } from './session.js';

@Module({})
export class AgentModule {
  /** The queues' names are known only after registration, so that the module is made from its answer. */
  static register(session: AgentSession): DynamicModule {
    const { queues } = session.registration;
    return {
      module: AgentModule,
      imports: [
        BullModule.forRoot({
          createClient: session.redis.create,
          // One blocking read a second lets a stopped agent end soon.
          settings: { drainDelay: 1, lockDuration: 60_000 },
        }),
        BullModule.registerQueue(...queues.map(({ name }) => ({ name }))),
      ],
      providers: [{ provide: SESSION, useValue: session }, Agent],
    };
  }
}
