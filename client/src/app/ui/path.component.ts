import { Component, computed, input } from '@angular/core';
import { splitPath } from './format/path';

/** A file: its name, and its folder in small below. Long ones are cut; the title has the whole path. */
@Component({
  selector: 'app-path',
  template: `
    <bdi class="name ellipsis">{{ parts().name }}</bdi>
    @if (parts().folder; as folder) {
      <bdi class="folder ellipsis">{{ folder }}</bdi>
    }
  `,
  host: { '[title]': 'path()' },
  styles: `
    :host {
      display: block;
      min-width: 0;
    }

    .name,
    .folder {
      display: block;
    }

    .name {
      font-weight: 500;
    }

    .folder {
      color: var(--text-faint);
      font-size: 12px;
    }
  `,
})
export class PathComponent {
  readonly path = input.required<string>();
  protected readonly parts = computed(() => splitPath(this.path()));
}
