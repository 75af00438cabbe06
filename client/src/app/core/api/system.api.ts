import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { CommandRequest, CommandResource, HealthNotice, SystemStatus, TaskResource } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

/** ms between two looks at a command, which grow from the one to the other */
const FIRST_LOOK_MS = 250;
const LAST_LOOK_MS = 4000;

/** The server itself: what it is, how it feels, what it does by itself. */
@Service()
export class SystemApi {
  private readonly http = inject(HttpClient);
  private readonly root = inject(API_ROOT);

  status(): Loaded<SystemStatus> {
    return loaded(httpResource<SystemStatus>(() => `${this.root}system/status`));
  }

  health(): Loaded<HealthNotice[]> {
    return loaded(httpResource<HealthNotice[]>(() => `${this.root}health`));
  }

  tasks(): Loaded<TaskResource[]> {
    return loaded(httpResource<TaskResource[]>(() => `${this.root}system/task`));
  }

  commands(): Loaded<CommandResource[]> {
    return loaded(httpResource<CommandResource[]>(() => `${this.root}command`));
  }

  run(command: CommandRequest): Promise<CommandResource> {
    return firstValueFrom(this.http.post<CommandResource>(`${this.root}command`, command));
  }

  /** Resolves once the command has ended, well or badly. */
  async finished(command: CommandResource): Promise<CommandResource> {
    let current = command;
    for (let pause = FIRST_LOOK_MS; current.endedAt === null; pause = Math.min(pause * 2, LAST_LOOK_MS)) {
      await new Promise((resolve) => setTimeout(resolve, pause));
      current = await firstValueFrom(this.http.get<CommandResource>(`${this.root}command/${command.id}`));
    }
    return current;
  }
}
