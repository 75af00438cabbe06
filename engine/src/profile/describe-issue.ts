import { z } from 'zod';
import { nearest } from './nearest.js';
import { profileSchema } from './schema/index.js';

type Issue = z.core.$ZodIssue;

/** Looks below defaults and the like for what a schema really asks. */
function unwrap(schema: z.ZodType): z.ZodType {
  let current = schema;
  while (
    current instanceof z.ZodDefault ||
    current instanceof z.ZodPrefault ||
    current instanceof z.ZodOptional
  ) {
    current = current.unwrap() as z.ZodType;
  }
  return current;
}

/** @returns the keys that a map at this path may have */
function keysAt(path: readonly PropertyKey[]): string[] {
  let schema = unwrap(profileSchema);
  for (const key of path) {
    if (!(schema instanceof z.ZodObject)) return [];
    const next = (schema.shape as Record<string, z.ZodType>)[String(key)];
    if (next === undefined) return [];
    schema = unwrap(next);
  }
  return schema instanceof z.ZodObject ? Object.keys(schema.shape) : [];
}

/** The range or the list of what is allowed at this path, as a person would say it. */
function allowedAt(path: readonly PropertyKey[]): string {
  let schema = unwrap(profileSchema);
  for (const key of path) {
    if (schema instanceof z.ZodObject) {
      const next = (schema.shape as Record<string, z.ZodType>)[String(key)];
      if (next === undefined) return '';
      schema = unwrap(next);
    } else if (schema instanceof z.ZodArray) {
      schema = unwrap(schema.element as z.ZodType);
    }
  }
  if (schema instanceof z.ZodEnum) return `one of ${schema.options.join(', ')}`;
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodNumber) {
    const whole = schema.format === 'safeint' ? 'a whole number' : 'a number';
    const { minValue, maxValue } = schema;
    const bounded = (value: number | null) => value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER;
    if (bounded(minValue) && bounded(maxValue)) return `${whole} from ${minValue} to ${maxValue}`;
    return bounded(minValue) ? `${whole}, ${minValue} or more` : whole;
  }
  if (schema instanceof z.ZodArray) return 'a list, such as [one, two]';
  if (schema instanceof z.ZodObject) return `a map with any of ${Object.keys(schema.shape).join(', ')}`;
  if (schema instanceof z.ZodString) {
    return schema.maxLength === null
      ? 'text that is not empty'
      : `text of at most ${schema.maxLength} characters`;
  }
  return '';
}

export function unknownKey(path: readonly PropertyKey[], key: string): string {
  const known = keysAt(path);
  const meant = nearest(key, known);
  const hint = meant === null ? `known here: ${known.join(', ')}` : `did you mean "${meant}"?`;
  return `there is no such key; ${hint}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 60 ? `${text.slice(0, 60)}...` : text;
}

/** The sentence for any mistake but an unknown key. */
export function describeIssue(issue: Issue, value: unknown): string {
  const allowed = allowedAt(issue.path);
  if (allowed === '') return issue.message;
  const meant =
    typeof value === 'string' && allowed.startsWith('one of ')
      ? nearest(value, allowed.slice('one of '.length).split(', '))
      : null;
  return `is ${shown(value)}, but must be ${allowed}${meant === null ? '' : `; did you mean "${meant}"?`}`;
}
