import { Service, signal } from '@angular/core';
import { ApiProblem } from '../core/api/api-problem';
import type { Tone } from './tone';

export interface Toast {
  id: number;
  tone: Extract<Tone, 'success' | 'danger'>;
  message: string;
  description: string | null;
}

/** ms; an error stays longer, for it has to be read */
const LIFETIME = { success: 4000, danger: 9000 };

/** Short news about what the person has just asked for. */
@Service()
export class Toasts {
  private readonly list = signal<readonly Toast[]>([]);
  private lastId = 0;

  readonly toasts = this.list.asReadonly();

  done(message: string): void {
    this.show('success', message, null);
  }

  failed(message: string, error: unknown): void {
    const problem = ApiProblem.from(error);
    this.show(
      'danger',
      message,
      problem.description ? `${problem.message} ${problem.description}` : problem.message,
    );
  }

  dismiss(id: number): void {
    this.list.update((toasts) => toasts.filter((toast) => toast.id !== id));
  }

  private show(tone: Toast['tone'], message: string, description: string | null): void {
    const id = ++this.lastId;
    this.list.update((toasts) => [...toasts.slice(-2), { id, tone, message, description }]);
    setTimeout(() => {
      this.dismiss(id);
    }, LIFETIME[tone]);
  }
}
