import { z } from 'zod';
import { nearest } from './nearest.js';
import { allowedText, keysAt, schemaAt, sectionsWith, unwrap, wordsOf } from './schema-tree.js';

type Issue = z.core.$ZodIssue;

/** What people write for true and false elsewhere. */
const TRUTH: Readonly<Record<string, string>> = { yes: 'true', on: 'true', no: 'false', off: 'false' };

/** @param path of the section that the key stands in */
export function unknownKey(root: z.ZodType, path: readonly PropertyKey[], key: string): string {
  if (path.length === 0 && key === 'profile')
    return 'only a .boilarr.yaml in a folder may name a profile to start from; take this line out';
  const known = keysAt(root, path);
  const elsewhere = sectionsWith(root, key);
  const meant = nearest(key, known);
  let hint = `known here: ${known.join(', ')}`;
  if (elsewhere.length > 0) {
    const places = elsewhere.map((section) => `"${section}:"`).join(' or ');
    hint = `it belongs below ${places}, indented`;
  } else if (known.includes(key)) hint = 'it cannot be used like that';
  else if (meant !== null) hint = `did you mean "${meant}"?`;
  return `there is no such key${path.length === 0 ? ' at the outermost level' : ''}; ${hint}`;
}

function shown(value: unknown, wordsAllowed: boolean): string {
  if (value === undefined) return 'missing';
  if (value === null) return 'empty';
  if (typeof value === 'number') return String(value);
  if (typeof value === 'object' && !Array.isArray(value)) return 'a group of settings';
  const json = JSON.stringify(value);
  const text = json.length > 60 ? `${json.slice(0, 60)}...` : json;
  if (Array.isArray(value)) return `the list ${text}`;
  return typeof value === 'string' && !wordsAllowed ? `the text ${text}` : text;
}

function suggestion(schema: z.ZodType, value: unknown): string {
  const asksFor = (type: typeof z.ZodNumber | typeof z.ZodBoolean) =>
    schema instanceof type ||
    (schema instanceof z.ZodUnion &&
      schema.options.some((option) => unwrap(option as z.ZodType) instanceof type));
  if (schema instanceof z.ZodArray && (typeof value === 'string' || typeof value === 'number'))
    return `; write [${value}]`;
  if (typeof value !== 'string') return '';
  if (asksFor(z.ZodNumber) && /^-?\d+(\.\d+)?$/.test(value))
    return `; write ${value} without quotation marks`;
  if (asksFor(z.ZodBoolean)) {
    const word = /^(true|false)$/.test(value) ? value : TRUTH[value.toLowerCase()];
    if (word !== undefined) return `; write ${word}${word === value ? ' without quotation marks' : ''}`;
  }
  const meant = nearest(value, wordsOf(schema));
  return meant === null ? '' : `; did you mean "${meant}"?`;
}

/** The sentence for any mistake but an unknown key. */
export function describeIssue(root: z.ZodType, issue: Issue, value: unknown): string {
  if (issue.code === 'custom') return issue.message;
  const schema = schemaAt(root, issue.path);
  const allowed = schema === null ? '' : allowedText(schema);
  if (schema === null || allowed === '') return issue.message;
  const wordsAllowed = wordsOf(schema).length > 0 || !(schema instanceof z.ZodNumber);
  const is = shown(value, wordsAllowed && !(schema instanceof z.ZodBoolean));
  const whole =
    issue.path.length === 0 ? allowed.replace(', each indented', ', each').replace(' below it', '') : allowed;
  const inList = typeof issue.path.at(-1) === 'number';
  return inList
    ? `has ${is}, but every entry must be ${allowed}${suggestion(schema, value)}`
    : `is ${is}, but must be ${whole}${suggestion(schema, value)}`;
}
