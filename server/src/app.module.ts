import { Module, type DynamicModule } from '@nestjs/common';
import type { PipelineRegistry } from '#engine/pipeline/registry.js';
import type { DataSource } from 'typeorm';
import { AgentApiModule } from './agent-api/agent-api.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommandsModule } from './commands/commands.module.js';
import type { AppConfig } from './config/app-config.js';
import { ConfigModule } from './config/config.module.js';
import { ConnectModule } from './connect/connect.module.js';
import { DatabaseModule } from './database/database.module.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { DispatchModule } from './dispatch/dispatch.module.js';
import type { RedisConnection } from './dispatch/redis-connection.js';
import { FilesModule } from './files/files.module.js';
import { HealthModule } from './health/health.module.js';
import { HistoryModule } from './history/history.module.js';
import { JobByPathModule } from './jobs/by-path/job-by-path.module.js';
import { JobsModule } from './jobs/jobs.module.js';
import { LibrariesModule } from './libraries/libraries.module.js';
import { NodesModule } from './nodes/nodes.module.js';
import { ProfilesModule } from './profiles/profiles.module.js';
import { EventBusModule } from './realtime/event-bus.module.js';
import { RealtimeModule } from './realtime/realtime.module.js';
import { ReplaceModule } from './replace/replace.module.js';
import { ScannerModule } from './scanner/scanner.module.js';
import { SettingsModule } from './settings/settings.module.js';
import { SystemModule } from './system/system.module.js';
import { TasksModule } from './tasks/tasks.module.js';

/** What must be there before the application can be put together. */
export interface AppParts {
  config: AppConfig;
  dataSource: DataSource;
  redis: RedisConnection;
  pipelines: PipelineRegistry;
}

@Module({})
export class AppModule {
  static register(parts: AppParts): DynamicModule {
    const dispatch = DispatchModule.register(parts.redis);
    return {
      module: AppModule,
      imports: [
        ConfigModule.register(parts.config),
        DatabaseModule.register(parts.dataSource),
        EventBusModule,
        SettingsModule,
        JobsModule.register(parts.pipelines),
        AuthModule,
        ProfilesModule,
        LibrariesModule,
        FilesModule,
        ScannerModule,
        JobByPathModule,
        NodesModule,
        ReplaceModule,
        DeliveryModule,
        HistoryModule,
        ConnectModule,
        TasksModule,
        CommandsModule,
        HealthModule,
        SystemModule,
        RealtimeModule,
        dispatch,
        AgentApiModule.register(dispatch),
      ],
    };
  }
}
