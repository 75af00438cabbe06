import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type { FolderListing } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

/** Folders as the server sees them. */
@Service()
export class FilesystemApi {
  private readonly root = `${inject(API_ROOT)}filesystem`;

  /** `path` undefined: nothing is fetched. */
  folders(path: () => string | undefined): Loaded<FolderListing> {
    return loaded(
      httpResource<FolderListing>(() => {
        const wanted = path();
        return wanted === undefined ? undefined : { url: this.root, params: { path: wanted } };
      }),
    );
  }
}
