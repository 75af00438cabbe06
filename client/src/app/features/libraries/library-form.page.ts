import { Component, computed, DOCUMENT, effect, inject, input, numberAttribute, signal } from '@angular/core';
import {
  form,
  FormField,
  FormRoot,
  max,
  maxLength,
  min,
  readonly as readOnly,
  required,
} from '@angular/forms/signals';
import { Router, RouterLink } from '@angular/router';
import type { Library } from '#contracts';
import { ApiProblem } from '../../core/api/api-problem';
import { LibrariesApi } from '../../core/api/libraries.api';
import { ProfilesApi } from '../../core/api/profiles.api';
import { FieldComponent } from '../../ui/forms/field.component';
import { LARGE_SIZE_UNITS, SIZE_UNITS, TIME_UNITS } from '../../ui/forms/quantity';
import { QuantityInputComponent } from '../../ui/forms/quantity-input.component';
import type { HasUnsavedChanges } from '../../ui/forms/unsaved-changes.guard';
import { IconComponent } from '../../ui/icon.component';
import { PageToolbarComponent } from '../../ui/page-toolbar.component';
import { ProblemComponent } from '../../ui/problem.component';
import { SkeletonComponent } from '../../ui/skeleton.component';
import { Toasts } from '../../ui/toasts.service';
import { FolderPickerComponent } from './folder-picker.component';
import {
  fieldNamed,
  HARD_LINK_NOTES,
  NEW_LIBRARY,
  toAdd,
  toForm,
  toUpdate,
  type LibraryForm,
} from './library-form';

/** What the server said of a value. */
interface Complaint {
  message: string;
  about: LibraryForm[keyof LibraryForm];
}

/** Adds a library, or changes one: with an `id` in the address it is the latter. */
@Component({
  selector: 'app-library-form-page',
  imports: [
    FieldComponent,
    FolderPickerComponent,
    FormField,
    FormRoot,
    IconComponent,
    PageToolbarComponent,
    ProblemComponent,
    QuantityInputComponent,
    RouterLink,
    SkeletonComponent,
  ],
  templateUrl: './library-form.page.html',
  styleUrl: './library-form.page.scss',
  host: { '(window:beforeunload)': 'leaving($event)' },
})
export class LibraryFormPage implements HasUnsavedChanges {
  private readonly api = inject(LibrariesApi);
  private readonly router = inject(Router);
  private readonly toasts = inject(Toasts);
  private readonly document = inject(DOCUMENT);

  readonly id = input<number | undefined, unknown>(undefined, {
    transform: (value) => (value === undefined ? undefined : numberAttribute(value)),
  });

  protected readonly library = this.api.one(this.id);
  protected readonly profiles = inject(ProfilesApi).list();
  protected readonly model = signal<LibraryForm>({ ...NEW_LIBRARY });
  protected readonly form = form(
    this.model,
    (library) => {
      readOnly(library.path, { when: () => this.id() !== undefined });
      maxLength(library.name, 100, { message: 'At most 100 characters.' });
      required(library.name, { message: 'A name is needed.', when: () => this.id() !== undefined });
      required(library.path, { message: 'Choose the folder.' });
      required(library.profile, { message: 'Choose a profile.' });
      required(library.extensions, { message: 'At least one extension is needed.' });
      min(library.weight, -1000, { message: 'At least −1000.' });
      max(library.weight, 1000, { message: 'At most 1000.' });
      min(library.trashKeepDays, 0, { message: 'Not less than 0.' });
      max(library.trashKeepDays, 3650, { message: 'At most 3650.' });
    },
    {
      submission: {
        action: () => this.save(),
        onInvalid: (field) => field().errorSummary()[0]?.fieldTree().focusBoundControl(),
      },
    },
  );

  protected readonly adding = computed(() => this.id() === undefined);
  /** the form can be shown: what is to be edited has arrived */
  protected readonly ready = computed(() => this.adding() || this.filledFor() === this.id());
  protected readonly picking = signal(false);
  /** what is wrong with the whole, rather than with one field */
  protected readonly problem = signal<ApiProblem | null>(null);
  protected readonly profileNote = computed(() => {
    const chosen = this.profiles.value()?.find((profile) => profile.name === this.model().profile);
    if (!chosen) return '';
    return chosen.valid
      ? (chosen.description ?? '')
      : `This profile has a mistake: ${chosen.errors.join('; ')}`;
  });
  /** a library's own profile is offered even where its file is gone, for else the form would change it silently */
  protected readonly profileNames = computed(() => {
    const names = this.profiles.value()?.map((profile) => profile.name) ?? [];
    const current = this.model().profile;
    return names.includes(current) || current === '' ? names : [current, ...names];
  });
  protected readonly hardLinkNote = computed(() => HARD_LINK_NOTES[this.model().hardLinks]);
  protected readonly sizeUnits = SIZE_UNITS;
  protected readonly trashUnits = LARGE_SIZE_UNITS;
  protected readonly timeUnits = TIME_UNITS;
  private readonly complaints = signal<ReadonlyMap<keyof LibraryForm, Complaint>>(new Map());
  private readonly filledFor = signal<number | undefined>(undefined);
  private saved = false;

  constructor() {
    effect(() => {
      const library = this.library.value();
      // once: what comes later must not overwrite what is being typed
      if (!library || library.id !== this.id() || this.filledFor() === library.id) return;
      this.form().reset(toForm(library));
      this.filledFor.set(library.id);
    });
  }

  hasUnsavedChanges(): boolean {
    return this.form().dirty() && !this.saved;
  }

  protected leaving(event: BeforeUnloadEvent): void {
    if (this.hasUnsavedChanges()) event.preventDefault();
  }

  protected picked(path: string): void {
    this.picking.set(false);
    const field = this.form.path();
    field.value.set(path);
    field.markAsDirty();
    field.markAsTouched();
  }

  /** What the server said of a field, as long as the field still holds what it was said of. */
  protected complaint(name: keyof LibraryForm): string | undefined {
    const complaint = this.complaints().get(name);
    return complaint?.about === this.model()[name] ? complaint.message : undefined;
  }

  protected invalid(name: keyof LibraryForm): boolean {
    const field = this.form[name]();
    return this.complaint(name) !== undefined || (field.touched() && field.invalid());
  }

  /**
   * The server's complaints are kept beside the form and not in it: there they would count as invalid, and a form that
   * is invalid is not sent again, even where the complaint was about something else than the field it is shown at.
   */
  private async save(): Promise<undefined> {
    this.problem.set(null);
    this.complaints.set(new Map());
    const id = this.id();
    const form = this.model();
    try {
      const library =
        id === undefined ? await this.api.add(toAdd(form)) : await this.api.update(id, toUpdate(form));
      this.saved = true;
      if (id === undefined) await this.greet(library);
      else this.toasts.done(`“${library.name}” was saved.`);
      await this.router.navigateByUrl('/libraries');
    } catch (error) {
      this.complain(ApiProblem.from(error), form);
    }
  }

  /** Whoever adds a folder wants to see what is in it, not what the next minute's task will find. */
  private async greet({ id, name, enabled }: Library): Promise<void> {
    if (enabled) {
      try {
        await this.api.scan(id);
        this.toasts.done(`“${name}” was added and is scanned now.`);
        return;
      } catch {
        // it is there all the same, and the server scans it by itself
      }
    }
    this.toasts.done(`“${name}” was added.`);
  }

  private complain(problem: ApiProblem, form: LibraryForm): void {
    const complaints = new Map<keyof LibraryForm, Complaint>();
    const homeless: string[] = [];
    for (const { propertyName, errorMessage } of problem.fields) {
      const name = fieldNamed(propertyName);
      if (name !== null) complaints.set(name, { message: errorMessage, about: form[name] });
      else homeless.push(propertyName ? `${propertyName}: ${errorMessage}` : errorMessage);
    }
    this.complaints.set(complaints);
    if (problem.fields.length === 0) this.problem.set(problem);
    else if (homeless.length > 0)
      this.problem.set(new ApiProblem(problem.status, problem.message, homeless.join('\n')));
    const [first] = complaints.keys();
    if (first) this.form[first]().focusBoundControl();
    else this.document.defaultView?.scrollTo({ top: 0 });
  }
}
