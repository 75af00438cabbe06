import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { EmptyTrashResponse, Page, RestoreManyResponse, TrashEntry, TrashListQuery } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';
import { queryParams } from './query-params';

export interface TrashListRequest {
  page: number;
  pageSize: number;
  sortKey: TrashListQuery['sortKey'];
  sortDirection: TrashListQuery['sortDirection'];
  libraryId?: number;
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

  /** Puts originals back in their places; what became of each is in the answer, also where it did not work out. */
  restoreMany(ids: readonly number[]): Promise<RestoreManyResponse> {
    return firstValueFrom(this.http.post<RestoreManyResponse>(`${this.root}/restore`, { ids }));
  }

  /** Deletes originals for good; those that are still there are told in the answer. */
  delete(ids: readonly number[]): Promise<EmptyTrashResponse> {
    return firstValueFrom(this.http.post<EmptyTrashResponse>(`${this.root}/empty`, { ids }));
  }
}
