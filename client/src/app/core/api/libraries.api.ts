import { HttpClient, httpResource } from '@angular/common/http';
import { inject, Service } from '@angular/core';
import { firstValueFrom } from 'rxjs';
import type { AddLibrary, Library, ScanStatus, UpdateLibrary } from '#contracts';
import { API_ROOT } from './api-root';
import { loaded, type Loaded } from './loaded';

export type ScanAction = 'pause' | 'resume' | 'cancel';

/** Libraries and the scans that read them. */
@Service()
export class LibrariesApi {
  private readonly http = inject(HttpClient);
  private readonly root = `${inject(API_ROOT)}libraries`;

  list(): Loaded<Library[]> {
    return loaded(httpResource<Library[]>(() => this.root));
  }

  one(id: () => number | undefined): Loaded<Library> {
    return loaded(httpResource<Library>(() => (id() === undefined ? undefined : `${this.root}/${id()}`)));
  }

  add(library: AddLibrary): Promise<Library> {
    return firstValueFrom(this.http.post<Library>(this.root, library));
  }

  update(id: number, change: UpdateLibrary): Promise<Library> {
    return firstValueFrom(this.http.put<Library>(`${this.root}/${id}`, change));
  }

  /** Forgets a library; its files stay where they are. */
  async remove(id: number): Promise<void> {
    await firstValueFrom(this.http.delete(`${this.root}/${id}`));
  }

  /** 404 when the library has not been scanned since the server started. */
  scanStatus(id: number): Promise<ScanStatus> {
    return firstValueFrom(this.http.get<ScanStatus>(`${this.root}/${id}/scan`));
  }

  scan(id: number): Promise<ScanStatus> {
    return firstValueFrom(this.http.post<ScanStatus>(`${this.root}/${id}/scan`, {}));
  }

  steerScan(id: number, action: ScanAction): Promise<ScanStatus> {
    return firstValueFrom(this.http.post<ScanStatus>(`${this.root}/${id}/scan/${action}`, {}));
  }
}
