import { z } from 'zod';
import { nearest } from './nearest.js';
import { HINTS } from './schema/hints.js';
import { allowedText, keysAt, schemaAt, sectionsWith, shapeOf, unwrap, wordsOf } from './schema-tree.js';

type Issue = z.core.$ZodIssue;

/** What people write for true and false elsewhere. */
const TRUTH = new Map([
  ['yes', 'true'],
  ['on', 'true'],
  ['no', 'false'],
  ['off', 'false'],
]);

/** @returns what the schema itself has to say of a word that it does not take */
function hintOf(schema: z.ZodType | null, word: string): string | null {
  const hints = schema === null ? undefined : HINTS.get(schema);
  return hints !== undefined && Object.hasOwn(hints, word) ? (hints[word] ?? null) : null;
}

/** @param path of the section that the key stands in */
export function unknownKey(root: z.ZodType, path: readonly PropertyKey[], key: string): string {
  if (path.length === 0 && key === 'profile')
    return 'only a .boilarr.yaml in a folder may name a profile to start from; take this line out';
  const known = keysAt(root, path);
  const elsewhere = sectionsWith(root, key);
  const meant = nearest(key, known);
  const special = hintOf(schemaAt(root, path), key);
  let hint = `known here: ${known.join(', ')}`;
  if (special !== null) hint = special;
  else if (elsewhere.length > 0) {
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

function asksFor(schema: z.ZodType, type: typeof z.ZodNumber | typeof z.ZodBoolean): boolean {
  if (schema instanceof z.ZodUnion)
    return schema.options.some((option) => asksFor(unwrap(option as z.ZodType), type));
  return schema instanceof type;
}

/** What to write instead, where that can be told. */
function suggestion(schema: z.ZodType, value: unknown): string {
  if (schema instanceof z.ZodArray && (typeof value === 'string' || typeof value === 'number'))
    return `; write [${value}]`;
  if (typeof value !== 'string') return '';
  if (asksFor(schema, z.ZodNumber)) {
    if (/^-?\d{1,20}(\.\d{1,20})?$/.test(value)) return `; write ${value} without quotation marks`;
    if (/^-?\d{1,20},\d{1,20}$/.test(value)) return `; write ${value.replace(',', '.')}`;
  }
  if (asksFor(schema, z.ZodBoolean)) {
    if (/^(true|false)$/.test(value)) return `; write ${value} without quotation marks`;
    const word = TRUTH.get(value.toLowerCase());
    if (word !== undefined) return `; write ${word}`;
  }
  const special = hintOf(schema, value);
  if (special !== null) return `; ${special}`;
  const meant = nearest(value, wordsOf(schema));
  return meant === null ? '' : `; did you mean "${meant}"?`;
}

/** The sentence for any mistake but an unknown key. */
export function describeIssue(root: z.ZodType, issue: Issue, value: unknown): string {
  if (issue.code === 'custom') return issue.message;
  const schema = schemaAt(root, issue.path);
  const allowed = schema === null ? '' : allowedText(schema);
  if (schema === null || allowed === '') return issue.message;
  const is = shown(value, !asksFor(schema, z.ZodNumber) && !(schema instanceof z.ZodBoolean));
  const hint = suggestion(schema, value);
  if (shapeOf(schema) !== null) {
    const glued = typeof value === 'string' ? /^([A-Za-z0-9]{1,30}):(\S{1,30})$/.exec(value) : null;
    if (glued !== null) return `is ${is}; write "${glued[1]}: ${glued[2]}" with a space after the colon`;
    const below = issue.path.length === 0 ? '' : ', indented below it';
    const dashes = Array.isArray(value) ? ', without dashes or brackets' : '';
    return `is ${is}, but must be settings, each on a line of its own${below}${dashes}: any of ${allowed}`;
  }
  if (typeof issue.path.at(-1) !== 'number') return `is ${is}, but must be ${allowed}${hint}`;
  return `has ${value === null ? 'an empty entry' : is}, but every entry must be ${allowed}${hint}`;
}
