import { Component, computed, input } from '@angular/core';
import { ICONS, type IconName } from './icons';

/** An icon. It says nothing to screen readers: the text or the label beside it does. */
@Component({
  selector: 'app-icon',
  template: `
    <svg
      viewBox="0 0 24 24"
      fill="none"
      stroke="currentColor"
      stroke-width="1.8"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
      focusable="false"
      [attr.width]="size()"
      [attr.height]="size()"
    >
      @for (path of paths(); track path) {
        <path [attr.d]="path" />
      }
    </svg>
  `,
  styles: `
    :host {
      display: inline-flex;
      flex: none;
    }
  `,
})
export class IconComponent {
  readonly name = input.required<IconName>();
  /** CSS pixels, both ways */
  readonly size = input(18);
  protected readonly paths = computed<readonly string[]>(() => ICONS[this.name()]);
}
