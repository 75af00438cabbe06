import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type {
  CreatedJoinToken,
  JoinToken,
  NodeResource,
  NodesSettingsResource,
  PauseMode,
  UpdateNode,
  UpdateNodesSettings,
} from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

/** The machines that do the work. */
@Service()
export class NodesApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}nodes`;
  private readonly settingsRoot = `${inject(API_ROOT)}settings/nodes`;

  list(): Loaded<NodeResource[]> {
    return loaded(httpResource<NodeResource[]>(() => this.root));
  }

  update(id: number, change: UpdateNode): Promise<NodeResource> {
    return firstValueFrom(this.http.put<NodeResource>(`${this.root}/${id}`, change));
  }

  pause(id: number, mode: PauseMode): Promise<NodeResource> {
    return firstValueFrom(this.http.post<NodeResource>(`${this.root}/${id}/pause`, { mode }));
  }

  resume(id: number): Promise<NodeResource> {
    return firstValueFrom(this.http.post<NodeResource>(`${this.root}/${id}/resume`, {}));
  }

  /** Cuts it off at once: what it was working on goes to others. */
  async remove(id: number): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.root}/${id}`));
  }

  settings(): Loaded<NodesSettingsResource> {
    return loaded(httpResource<NodesSettingsResource>(() => this.settingsRoot));
  }

  updateSettings(change: UpdateNodesSettings): Promise<NodesSettingsResource> {
    return firstValueFrom(this.http.put<NodesSettingsResource>(this.settingsRoot, change));
  }

  /** Newest first, those that are used up or too old included. */
  joinTokens(): Loaded<JoinToken[]> {
    return loaded(httpResource<JoinToken[]>(() => `${this.root}/join-tokens`));
  }

  /** For one node and a day. The token itself is told this once. */
  createJoinToken(): Promise<CreatedJoinToken> {
    return firstValueFrom(this.http.post<CreatedJoinToken>(`${this.root}/join-tokens`, {}));
  }

  async removeJoinToken(id: number): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.root}/join-tokens/${id}`));
  }
}
