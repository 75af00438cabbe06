import { httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import type { Dashboard } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

/** The sums that the dashboard shows. */
@Service()
export class DashboardApi {
  private readonly root = `${inject(API_ROOT)}dashboard`;

  get(): Loaded<Dashboard> {
    return loaded(httpResource<Dashboard>(() => this.root));
  }
}
