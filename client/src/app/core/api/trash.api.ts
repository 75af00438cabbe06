import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { Page, TrashEntry, TrashListQuery } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';
import { queryParams } from './query-params';

export interface TrashListRequest {
  page: number;
  pageSize: number;
  sortKey: TrashListQuery['sortKey'];
  sortDirection: TrashListQuery['sortDirection'];
}

/** The originals that are still kept. */
@Service()
export class TrashApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}trash`;

  /** What the trash holds now. */
  list(query: () => TrashListRequest): Loaded<Page<TrashEntry>> {
    return loaded(httpResource<Page<TrashEntry>>(() => ({ url: this.root, params: queryParams(query()) })));
  }

  /** Puts an original back in its place. */
  restore(id: number): Promise<TrashEntry> {
    return firstValueFrom(this.http.post<TrashEntry>(`${this.root}/${id}/restore`, {}));
  }
}
