import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { FileListQuery, FileStatus, MediaFile, Page } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';
import { queryParams } from './query-params';

export interface FileListRequest {
  page: number;
  pageSize: number;
  sortKey: FileListQuery['sortKey'];
  sortDirection: FileListQuery['sortDirection'];
  libraryId?: number;
  status?: FileStatus;
}

/** The media files that scans have found, and what was decided about each. */
@Service()
export class FilesApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}files`;

  list(query: () => FileListRequest): Loaded<Page<MediaFile>> {
    return loaded(httpResource<Page<MediaFile>>(() => ({ url: this.root, params: queryParams(query()) })));
  }

  /** Has a file decided on anew; the answer says whether it is queued now, or why it is left as it is. */
  queue(id: number): Promise<MediaFile> {
    return firstValueFrom(this.http.post<MediaFile>(`${this.root}/${id}/queue`, {}));
  }
}
