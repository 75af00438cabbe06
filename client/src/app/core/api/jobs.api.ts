import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type {
  Job,
  JobDetail,
  JobListQuery,
  JobState,
  Page,
  RejectRequest,
  RerunRequest,
  Review,
  ReviewManyResponse,
  StillQuery,
} from '#contracts';
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

  /** An output that waits for somebody to approve it, beside its source. */
  review(id: () => number): Loaded<Review> {
    return loaded(httpResource<Review>(() => this.reviewUrl(id())));
  }

  reviewOnce(id: number): Promise<Review> {
    return firstValueFrom(this.http.get<Review>(this.reviewUrl(id)));
  }

  /** A picture of either file, `at` seconds from its beginning. */
  stillUrl(id: number, { of, at }: StillQuery): string {
    return `${this.reviewUrl(id)}/still?of=${of}&at=${at}`;
  }

  /** What became of each is in the answer, also where it did not work out. */
  approve(ids: readonly number[]): Promise<ReviewManyResponse> {
    return firstValueFrom(this.http.post<ReviewManyResponse>(`${this.root}/approve`, { ids }));
  }

  /** As `approve`. */
  reject(ids: readonly number[], request: RejectRequest): Promise<ReviewManyResponse> {
    return firstValueFrom(this.http.post<ReviewManyResponse>(`${this.root}/reject`, { ids, ...request }));
  }

  private reviewUrl(id: number): string {
    return `${this.root}/${id}/review`;
  }
}
