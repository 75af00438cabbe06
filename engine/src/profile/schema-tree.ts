import { z } from 'zod';

/** Looks below defaults, checks across keys and the like for what a schema asks of the text that a person writes. */
export function unwrap(schema: z.ZodType): z.ZodType {
  let current = schema;
  for (;;) {
    if (
      current instanceof z.ZodDefault ||
      current instanceof z.ZodPrefault ||
      current instanceof z.ZodOptional
    )
      current = current.unwrap() as z.ZodType;
    else if (current instanceof z.ZodPipe) current = current.in as z.ZodType;
    else return current;
  }
}

/** A section's keys and their schemas; null for what is no section. */
export function shapeOf(schema: z.ZodType): Record<string, z.ZodType> | null {
  return schema instanceof z.ZodObject ? schema.shape : null;
}

/** @returns the schema of what may be written at this path, or null where nothing may */
export function schemaAt(root: z.ZodType, path: readonly PropertyKey[]): z.ZodType | null {
  let schema = unwrap(root);
  for (const key of path) {
    const shape = shapeOf(schema);
    let next: z.ZodType | undefined;
    if (shape !== null) next = Object.hasOwn(shape, key) ? shape[String(key)] : undefined;
    else if (schema instanceof z.ZodArray) next = schema.element as z.ZodType;
    else if (schema instanceof z.ZodRecord) next = schema.valueType as z.ZodType;
    if (next === undefined) return null;
    schema = unwrap(next);
  }
  return schema;
}

/** @returns the keys that a section at this path may have; none where there is no section */
export function keysAt(root: z.ZodType, path: readonly PropertyKey[]): string[] {
  const schema = schemaAt(root, path);
  return Object.keys((schema === null ? null : shapeOf(schema)) ?? {});
}

/** @returns the sections that have this very key, as `video` or `audio.bitRates`; the document itself is none */
export function sectionsWith(root: z.ZodType, key: string): string[] {
  const found: string[] = [];
  const look = (schema: z.ZodType, path: readonly string[]): void => {
    const shape = shapeOf(schema);
    if (shape === null) return;
    if (path.length > 0 && Object.hasOwn(shape, key)) found.push(path.join('.'));
    for (const [name, child] of Object.entries(shape)) look(unwrap(child), [...path, name]);
  };
  look(unwrap(root), []);
  return found;
}

/** The words that may be written here; none where it is not words that are asked for. */
export function wordsOf(schema: z.ZodType): string[] {
  if (schema instanceof z.ZodEnum) return schema.options.map(String);
  if (schema instanceof z.ZodBoolean) return ['true', 'false'];
  if (schema instanceof z.ZodLiteral) return [...schema.values].map(String);
  if (schema instanceof z.ZodUnion)
    return schema.options.flatMap((option) => wordsOf(unwrap(option as z.ZodType)));
  return [];
}

function numberText(schema: z.ZodNumber): string {
  const whole = schema.format === 'safeint' ? 'a whole number' : 'a number';
  const { minValue, maxValue } = schema;
  const bounded = (value: number | null) => value !== null && Math.abs(value) < Number.MAX_SAFE_INTEGER;
  if (bounded(minValue) && bounded(maxValue)) return `${whole} from ${minValue} to ${maxValue}`;
  return bounded(minValue) ? `${whole}, ${minValue} or more` : whole;
}

function examplesOf(schema: z.ZodType): string[] {
  const { examples } = schema.meta() ?? {};
  return Array.isArray(examples) ? examples.map(String) : [];
}

function listText(element: z.ZodType): string {
  const words = wordsOf(element);
  const example = (words.length > 0 ? words : examplesOf(element)).slice(0, 2).join(', ');
  const list = words.length > 0 ? `a list with any of ${words.join(', ')}` : 'a list in square brackets';
  return example === '' ? list : `${list}, such as [${example}]`;
}

/**
 * The range or the list of what is allowed here, as a person would say it; a schema's own title goes before.
 * @returns for a section its keys; empty where there is nothing to say
 */
export function allowedText(schema: z.ZodType): string {
  const { title } = schema.meta() ?? {};
  if (typeof title === 'string') {
    const examples = examplesOf(schema);
    return examples.length === 0
      ? title
      : `${title}, such as ${examples.join(', ').replace(/, ([^,]*)$/, ' or $1')}`;
  }
  const shape = shapeOf(schema);
  if (shape !== null) return Object.keys(shape).join(', ');
  if (schema instanceof z.ZodEnum) return `one of ${wordsOf(schema).join(', ')}`;
  if (schema instanceof z.ZodBoolean || schema instanceof z.ZodLiteral) return wordsOf(schema).join(' or ');
  if (schema instanceof z.ZodNumber) return numberText(schema);
  if (schema instanceof z.ZodISODate) return 'a day as year-month-day, such as 2015-12-31';
  if (schema instanceof z.ZodUnion)
    return schema.options.map((option) => allowedText(unwrap(option as z.ZodType))).join(' or ');
  if (schema instanceof z.ZodArray) return listText(unwrap(schema.element as z.ZodType));
  if (schema instanceof z.ZodRecord) return 'names with a value each, such as {name: 1}';
  if (schema instanceof z.ZodString)
    return schema.maxLength === null
      ? 'text that is not empty'
      : `text of at most ${schema.maxLength} characters`;
  return '';
}
