import { Component, computed, input, linkedSignal, model, output } from '@angular/core';
import type { FormValueControl } from '@angular/forms/signals';
import { fittingUnit, type Unit } from './quantity';

/** A number with a choice of units. Its value is in the base unit (bytes, seconds). */
@Component({
  selector: 'app-quantity-input',
  template: `
    <input
      class="input number"
      type="number"
      min="0"
      step="any"
      [id]="controlId()"
      [value]="amount()"
      [attr.aria-describedby]="controlId() + '-note'"
      [attr.aria-invalid]="invalid() && touched()"
      (input)="typed(amountBox.value)"
      (blur)="touch.emit()"
      #amountBox
    />
    <select
      class="select"
      [attr.aria-label]="label() + ': unit'"
      [value]="unit().label"
      (change)="chosen(unitBox.value)"
      #unitBox
    >
      @for (choice of units(); track choice.label) {
        <option [value]="choice.label" [selected]="choice.label === unit().label">{{ choice.label }}</option>
      }
    </select>
  `,
  styles: `
    :host {
      display: grid;
      grid-template-columns: minmax(80px, 140px) 120px;
      gap: 8px;
    }
  `,
})
export class QuantityInputComponent implements FormValueControl<number> {
  readonly value = model.required<number>();
  readonly touched = input(false);
  readonly invalid = input(false);
  readonly touch = output();
  readonly units = input.required<readonly Unit[]>();
  readonly controlId = input.required<string>();
  readonly label = input.required<string>();

  /** Chosen once for the value that comes from outside, and kept while somebody types. */
  protected readonly unit = linkedSignal<{ value: number; units: readonly Unit[] }, Unit>({
    source: () => ({ value: this.value(), units: this.units() }),
    computation: ({ value, units }, previous) =>
      previous && (value === this.typedValue || value === 0) ? previous.value : fittingUnit(value, units),
  });
  protected readonly amount = computed(() => Number((this.value() / this.unit().factor).toFixed(3)));
  private typedValue: number | null = null;

  protected typed(text: string): void {
    const amount = Number(text);
    if (text.trim() === '' || !Number.isFinite(amount) || amount < 0) return;
    this.set(amount * this.unit().factor);
  }

  protected chosen(label: string): void {
    const unit = this.units().find((choice) => choice.label === label);
    if (!unit) return;
    const amount = this.amount();
    this.unit.set(unit);
    this.set(amount * unit.factor);
  }

  private set(value: number): void {
    this.typedValue = Math.round(value);
    this.value.set(this.typedValue);
  }
}
