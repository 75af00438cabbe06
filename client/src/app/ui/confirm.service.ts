import { Service, signal } from '@angular/core';

export interface Question {
  heading: string;
  /** paragraphs */
  text: string[];
  /** what the button that goes ahead says; a verb */
  confirm: string;
  /** what the other one says */
  cancel?: string;
  danger?: boolean;
}

interface Asked extends Question {
  answer: (yes: boolean) => void;
}

/** Asks before something that cannot be taken back. */
@Service()
export class ConfirmService {
  private readonly current = signal<Asked | null>(null);
  readonly question = this.current.asReadonly();

  /** True once the person goes ahead. A second question answers the first with no. */
  ask(question: Question): Promise<boolean> {
    this.current()?.answer(false);
    return new Promise((resolve) => {
      this.current.set({ ...question, answer: resolve });
    });
  }

  answer(yes: boolean): void {
    this.current()?.answer(yes);
    this.current.set(null);
  }
}
