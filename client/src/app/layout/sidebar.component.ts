import { Component, computed, inject, output } from '@angular/core';
import { RouterLink, RouterLinkActive } from '@angular/router';
import { SystemApi } from '../core/api/system.api';
import { SessionService } from '../core/auth/session.service';
import { HealthStore } from '../core/health/health.store';
import { ReviewStore } from '../core/review/review.store';
import { ThemeService } from '../core/browser/theme.service';
import { IconComponent } from '../ui/icon.component';
import type { IconName } from '../ui/icons';
import { Toasts } from '../ui/toasts.service';
import { BrandComponent } from './brand.component';

interface NavItem {
  path: string;
  label: string;
  icon: IconName;
}

/** The way to every page; on a narrow screen it is the drawer's content. */
@Component({
  selector: 'app-sidebar',
  imports: [BrandComponent, IconComponent, RouterLink, RouterLinkActive],
  templateUrl: './sidebar.component.html',
  styleUrl: './sidebar.component.scss',
})
export class SidebarComponent {
  private readonly session = inject(SessionService);
  private readonly toasts = inject(Toasts);
  protected readonly theme = inject(ThemeService);
  protected readonly health = inject(HealthStore);
  protected readonly review = inject(ReviewStore);
  private readonly status = inject(SystemApi).status();

  readonly navigated = output();

  protected readonly items: readonly NavItem[] = [
    { path: '/', label: 'Dashboard', icon: 'dashboard' },
    { path: '/libraries', label: 'Libraries', icon: 'libraries' },
    { path: '/queue', label: 'Queue', icon: 'queue' },
    { path: '/history', label: 'History', icon: 'history' },
    { path: '/system', label: 'System', icon: 'system' },
  ];
  protected readonly version = computed(() => this.status.value()?.version);
  protected readonly otherTheme = computed(() =>
    this.theme.theme() === 'dark' ? 'Light theme' : 'Dark theme',
  );

  protected async logout(): Promise<void> {
    try {
      await this.session.logout();
    } catch (error) {
      this.toasts.failed('You are still signed in.', error);
    }
  }
}
