import {
  Component,
  computed,
  type ElementRef,
  inject,
  input,
  linkedSignal,
  output,
  viewChild,
} from '@angular/core';
import { FilesystemApi } from '../../core/api/filesystem.api';
import { joinPath } from '../../ui/format/path';
import { IconComponent } from '../../ui/icon.component';
import { ModalDirective } from '../../ui/modal.directive';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';

/** Walks through the server's folders until one is chosen. */
@Component({
  selector: 'app-folder-picker',
  imports: [IconComponent, ModalDirective, ProblemComponent, SkeletonComponent],
  templateUrl: './folder-picker.component.html',
  styleUrl: './folder-picker.component.scss',
})
export class FolderPickerComponent {
  /** where to begin; empty: at the top */
  readonly start = input('');
  readonly picked = output<string>();
  readonly dismissed = output();

  protected readonly path = linkedSignal(() => this.start().trim() || '/');
  protected readonly listing = inject(FilesystemApi).folders(this.path);
  private readonly list = viewChild<ElementRef<HTMLElement>>('list');
  /** the listing on the screen is that of the path, not of the one before */
  protected readonly current = computed(() => {
    const listing = this.listing.value();
    return this.listing.problem() ? undefined : listing;
  });

  protected enter(folder: string): void {
    const listing = this.current();
    if (listing) this.goTo(joinPath(listing.path, folder));
  }

  protected goTo(path: string): void {
    if (path.trim() === '') return;
    this.path.set(path.trim());
    this.list()?.nativeElement.scrollTo({ top: 0 });
  }

  protected choose(): void {
    const listing = this.current();
    if (listing) this.picked.emit(listing.path);
  }
}
