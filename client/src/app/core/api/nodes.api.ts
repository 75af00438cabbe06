import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { NodeResource, UpdateNode } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

/** The machines that do the work. */
@Service()
export class NodesApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}nodes`;

  list(): Loaded<NodeResource[]> {
    return loaded(httpResource<NodeResource[]>(() => this.root));
  }

  update(id: number, change: UpdateNode): Promise<NodeResource> {
    return firstValueFrom(this.http.put<NodeResource>(`${this.root}/${id}`, change));
  }
}
