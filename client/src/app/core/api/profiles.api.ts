import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type { ProfileResource } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

/** The profiles in the configuration folder. */
@Service()
export class ProfilesApi {
  private readonly root = `${inject(API_ROOT)}profiles`;

  list(): Loaded<ProfileResource[]> {
    return loaded(httpResource<ProfileResource[]>(() => this.root));
  }
}
