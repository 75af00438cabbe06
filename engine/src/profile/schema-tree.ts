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

/** What the schema says of itself for such a sentence: its title, and examples. */
function titleOf(schema: z.ZodType): string | null {
  const { title, examples } = schema.meta() ?? {};
  if (typeof title !== 'string') return null;
  return Array.isArray(examples) ? `${title}, such as ${examples.map(String).join(' or ')}` : title;
}

/** The range or the list of what is allowed here, as a person would say it; empty where there is nothing to say. */
export function allowedText(schema: z.ZodType): string {
  const title = titleOf(schema);
  if (title !== null) return title;
  if (schema instanceof z.ZodEnum) {
    const words = wordsOf(schema);
    return words.length === 1 ? words.join() : `one of ${words.join(', ')}`;
  }
  if (schema instanceof z.ZodBoolean) return 'true or false';
  if (schema instanceof z.ZodLiteral) return wordsOf(schema).join(' or ');
  if (schema instanceof z.ZodNumber) return numberText(schema);
  if (schema instanceof z.ZodISODate) return 'a day as year-month-day, such as 2015-12-31';
  if (schema instanceof z.ZodUnion)
    return schema.options.map((option) => allowedText(unwrap(option as z.ZodType))).join(' or ');
  if (schema instanceof z.ZodArray) {
    const element = unwrap(schema.element as z.ZodType);
    const words = wordsOf(element);
    return words.length > 0
      ? `a list with any of ${words.join(', ')}, such as [${words.slice(0, 2).join(', ')}]`
      : 'a list in square brackets, such as [one, two]';
  }
  if (schema instanceof z.ZodRecord) return 'settings, each indented on a line of its own below it';
  const shape = shapeOf(schema);
  if (shape !== null)
    return `settings, each indented on a line of its own below it: any of ${Object.keys(shape).join(', ')}`;
  if (schema instanceof z.ZodString)
    return schema.maxLength === null
      ? 'text that is not empty'
      : `text of at most ${schema.maxLength} characters`;
  return '';
}
