import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { Job, JobDetail, JobListQuery, JobState, Page, RerunRequest } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';
import { queryParams } from './query-params';

export interface JobListRequest {
  page: number;
  pageSize: number;
  sortKey: JobListQuery['sortKey'];
  sortDirection: JobListQuery['sortDirection'];
  state?: readonly JobState[];
  libraryId?: number;
}

/** Jobs: what is done to files, and where it stands. */
@Service()
export class JobsApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}jobs`;

  list(query: () => JobListRequest): Loaded<Page<Job>> {
    return loaded(httpResource<Page<Job>>(() => ({ url: this.root, params: queryParams(query()) })));
  }

  one(id: () => number): Loaded<JobDetail> {
    return loaded(httpResource<JobDetail>(() => `${this.root}/${id()}`));
  }

  log(id: () => number): Loaded<string> {
    return loaded(httpResource.text(() => this.logUrl(id())));
  }

  logUrl(id: number): string {
    return `${this.root}/${id}/log`;
  }

  moveToFront(id: number): Promise<Job> {
    return firstValueFrom(this.http.post<Job>(`${this.root}/${id}/front`, {}));
  }

  cancel(id: number): Promise<Job> {
    return firstValueFrom(this.http.post<Job>(`${this.root}/${id}/cancel`, {}));
  }

  rerun(id: number, request: RerunRequest): Promise<Job> {
    return firstValueFrom(this.http.post<Job>(`${this.root}/${id}/rerun`, request));
  }
}
