import { computed, DOCUMENT, inject, Service, signal } from '@angular/core';

export type Theme = 'light' | 'dark';

/** Shared with `public/theme.js`, which applies the choice before the first paint. */
const STORAGE_KEY = 'boilarr.theme';

/** Light or dark: the system's preference until somebody chooses, and then that choice, remembered in this browser. */
@Service()
export class ThemeService {
  private readonly document = inject(DOCUMENT);
  private readonly system = this.document.defaultView?.matchMedia('(prefers-color-scheme: dark)');
  private readonly systemIsDark = signal(this.system?.matches ?? false);
  private readonly choice = signal(this.remembered());

  readonly theme = computed<Theme>(() => this.choice() ?? (this.systemIsDark() ? 'dark' : 'light'));

  constructor() {
    this.system?.addEventListener('change', (event) => {
      this.systemIsDark.set(event.matches);
    });
  }

  toggle(): void {
    const next: Theme = this.theme() === 'dark' ? 'light' : 'dark';
    this.choice.set(next);
    this.document.documentElement.dataset.theme = next;
    try {
      localStorage.setItem(STORAGE_KEY, next);
    } catch {
      // storage is switched off: the choice holds until the page is left
    }
  }

  private remembered(): Theme | null {
    const value = this.document.documentElement.dataset.theme;
    return value === 'light' || value === 'dark' ? value : null;
  }
}
