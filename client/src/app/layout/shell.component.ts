import {
  afterNextRender,
  Component,
  DestroyRef,
  type ElementRef,
  inject,
  Injector,
  signal,
  viewChild,
} from '@angular/core';
import { takeUntilDestroyed } from '@angular/core/rxjs-interop';
import { NavigationEnd, Router, RouterOutlet } from '@angular/router';
import { filter, map, pairwise, startWith } from 'rxjs';
import { HealthStore } from '../core/health/health.store';
import { Realtime } from '../core/realtime/realtime.service';
import { ReviewStore } from '../core/review/review.store';
import { IconComponent } from '../ui/icon.component';
import { BrandComponent } from './brand.component';
import { SidebarComponent } from './sidebar.component';

/** What surrounds every page: the sidebar (a drawer on narrow screens), the top bar, news of the connection. */
@Component({
  selector: 'app-shell',
  imports: [BrandComponent, IconComponent, RouterOutlet, SidebarComponent],
  templateUrl: './shell.component.html',
  styleUrl: './shell.component.scss',
  providers: [HealthStore, ReviewStore],
  host: { '(document:keydown.escape)': 'closeDrawer()' },
})
export class ShellComponent {
  private readonly router = inject(Router);
  private readonly injector = inject(Injector);
  protected readonly realtime = inject(Realtime);
  protected readonly drawerOpen = signal(false);
  private readonly menuButton = viewChild.required<ElementRef<HTMLButtonElement>>('menuButton');
  private readonly drawer = viewChild.required<ElementRef<HTMLElement>>('drawer');
  private readonly main = viewChild.required<ElementRef<HTMLElement>>('main');

  constructor() {
    this.realtime.connect();
    inject(DestroyRef).onDestroy(() => {
      this.realtime.disconnect();
    });
    this.router.events
      .pipe(
        filter((event) => event instanceof NavigationEnd),
        map((event) => pathOf(event.urlAfterRedirects)),
        startWith(pathOf(this.router.url)),
        pairwise(),
        filter(([before, after]) => before !== after),
        takeUntilDestroyed(),
      )
      // a keyboard or a screen reader goes on at the new page, not behind the link that led to it
      .subscribe(() => {
        this.main().nativeElement.focus({ preventScroll: true });
      });
  }

  protected openDrawer(): void {
    this.drawerOpen.set(true);
    // until then it is hidden, and nothing hidden can have the focus
    this.afterRender(() => this.drawer().nativeElement.querySelector<HTMLElement>('nav a')?.focus());
  }

  protected closeDrawer(): void {
    if (!this.drawerOpen()) return;
    this.drawerOpen.set(false);
    this.afterRender(() => {
      this.menuButton().nativeElement.focus();
    });
  }

  private afterRender(act: () => void): void {
    afterNextRender(act, { injector: this.injector });
  }

  protected skipToContent(event: Event): void {
    event.preventDefault();
    this.main().nativeElement.focus();
  }
}

function pathOf(url: string): string {
  return url.split(/[?#]/, 1)[0] ?? '';
}
