import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type { HistoryEntry, HistoryListQuery, Page } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';
import { queryParams } from './query-params';

export interface HistoryListRequest {
  page: number;
  pageSize: number;
  sortKey: HistoryListQuery['sortKey'];
  sortDirection: HistoryListQuery['sortDirection'];
  libraryId?: number;
}

/** What was replaced, and what it saved. */
@Service()
export class HistoryApi {
  private readonly root = `${inject(API_ROOT)}history`;

  list(query: () => HistoryListRequest): Loaded<Page<HistoryEntry>> {
    return loaded(httpResource<Page<HistoryEntry>>(() => ({ url: this.root, params: queryParams(query()) })));
  }
}
