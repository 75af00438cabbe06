import { Component } from '@angular/core';

/** The name with its mark: a pot that boils something down. */
@Component({
  selector: 'app-brand',
  template: `
    <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true" focusable="false">
      <path class="pot" d="M6 13h20v6.5a6 6 0 0 1-6 6h-8a6 6 0 0 1-6-6z" />
      <path class="rim" d="M4 13h24" />
      <circle class="steam" cx="11" cy="8.3" r="1.7" />
      <circle class="steam" cx="17" cy="5.8" r="2.2" />
      <circle class="steam" cx="21.6" cy="9.2" r="1.3" />
      <path class="play" d="m13.8 16.2 5.2 3-5.2 3z" />
    </svg>
    <span>Boilarr</span>
  `,
  styles: `
    :host {
      display: inline-flex;
      align-items: center;
      gap: 9px;
      font-size: 18px;
      font-weight: 650;
      letter-spacing: -0.01em;
    }

    .pot {
      fill: var(--brand);
    }

    .rim {
      fill: none;
      stroke: var(--brand);
      stroke-width: 2.4px;
      stroke-linecap: round;
    }

    .steam {
      fill: #f2b34c;
    }

    .play {
      fill: var(--sidebar);
    }
  `,
})
export class BrandComponent {}
