import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { CommandRequest, CommandResource, HealthNotice, SystemStatus, TaskResource } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

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
}
