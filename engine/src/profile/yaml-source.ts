import {
  isAlias,
  isMap,
  isScalar,
  isSeq,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type ErrorCode,
  type Node,
  type Pair,
} from 'yaml';
import { MAX_ERRORS, profileError, type Position, type ProfileError } from './profile-error.js';

/** Characters of text: several times what a profile with every key and its comment has. */
const MAX_LENGTH = 32 * 1024;
/** Levels of nesting; the language needs three. Deeper text is refused before the parser recurses into it. */
const MAX_DEPTH = 32;
const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels`;
const MAX_ALIASES = 50;

/** A key and the section that it stands in. */
export interface KeyPlace {
  path: readonly string[];
  key: string;
}

/** YAML text as plain values, with the place of every key. */
export interface YamlSource {
  value: unknown;
  /** keys without a value, which `value` does not have */
  emptyKeys: readonly KeyPlace[];
  /** where the value at this path is; of the nearest parent that exists where there is none */
  positionOf(path: readonly PropertyKey[]): Position;
  /** where this key is written */
  positionOfKey(path: readonly PropertyKey[], key: string): Position;
}

export type YamlResult = { ok: true; source: YamlSource } | { ok: false; errors: ProfileError[] };

const START: Position = { line: 1, column: 1 };

function tooDeep(text: string): boolean {
  let flow = 0;
  for (const line of text.split('\n')) {
    const indent = /^[ ?:-]*/.exec(line)?.[0] ?? '';
    if (indent.length > MAX_DEPTH * 8) return true;
    for (const character of line) {
      if (character === '[' || character === '{') flow += 1;
      else if (character === ']' || character === '}') flow = Math.max(0, flow - 1);
      if (flow > MAX_DEPTH) return true;
    }
  }
  return false;
}

/** Keys that are written but left empty count as not written: `video:` with every line below it commented out. */
function withoutNulls(value: unknown, path: readonly string[], empty: KeyPlace[]): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]): [string, unknown][] => {
      if (entry !== null) return [[key, withoutNulls(entry, [...path, key], empty)]];
      empty.push({ path, key });
      return [];
    }),
  );
}

/** What the parser's messages come to for somebody who does not know YAML's own words, by the parser's codes. */
const MISTAKES: Readonly<Partial<Record<ErrorCode, string>>> = {
  TAB_AS_INDENT: 'a tab indents this line; put spaces in its place',
  MULTILINE_IMPLICIT_KEY: 'this is no "key: value"; is a colon missing here?',
  MISSING_CHAR: 'a quotation mark, bracket, comma or colon is missing here or above',
  BLOCK_AS_IMPLICIT_KEY:
    'there is one colon too many; put text that has a colon into quotation marks, and indent the keys of one section alike',
  BAD_INDENT: 'this line is not indented like the others of its section',
  BAD_SCALAR_START: 'text that begins with @ or ` must be in quotation marks',
  UNEXPECTED_TOKEN:
    'the value has ended before this; put text that has quotation marks into the other kind of them',
  MULTIPLE_DOCS: 'a second document begins here; take the line "---" out',
};

function describe(code: ErrorCode, message: string): string {
  if (message.includes('call stack')) return TOO_DEEP;
  const [first = message] = message.split('\n');
  if (code === 'BAD_INDENT' && first.startsWith('Flow'))
    return 'a bracket that is opened above is not closed';
  // The parser adds the place to its messages, which is in front already.
  return MISTAKES[code] ?? `is not valid YAML: ${first.replace(/ at line \d+, column \d+:?$/, '')}`;
}

function pairOf(map: unknown, key: PropertyKey): Pair | undefined {
  if (!isMap(map)) return undefined;
  return map.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === String(key));
}

class Source implements YamlSource {
  constructor(
    readonly value: unknown,
    readonly emptyKeys: readonly KeyPlace[],
    private readonly document: Document.Parsed,
    private readonly positionAt: (offset: number) => Position,
  ) {}

  positionOf(path: readonly PropertyKey[]): Position {
    return this.positionAt(this.walk(path).offset);
  }

  positionOfKey(path: readonly PropertyKey[], key: string): Position {
    const { node, offset } = this.walk(path);
    return this.positionAt(this.offsetOf(pairOf(node, key)?.key) ?? offset);
  }

  /** Goes as far along the path as the text does. */
  private walk(path: readonly PropertyKey[]): { node: unknown; offset: number } {
    let node: unknown = this.document.contents;
    let offset = this.offsetOf(node) ?? 0;
    for (const key of path) {
      const next: unknown = isSeq(node) ? node.items[Number(key)] : pairOf(node, key)?.value;
      if (next === undefined) return { node: null, offset };
      node = isAlias(next) ? next.resolve(this.document) : next;
      offset = this.offsetOf(next) ?? offset;
    }
    return { node, offset };
  }

  private offsetOf(node: unknown): number | undefined {
    return (node as Node | null | undefined)?.range?.[0];
  }
}

/** Reads YAML 1.2 with its core types alone: no tags, few aliases, no key twice. */
export function readYaml(text: string, file: string): YamlResult {
  const refuse = (at: Position, detail: string): YamlResult => ({
    ok: false,
    errors: [profileError(file, at, '', detail)],
  });
  if (text.length > MAX_LENGTH) return refuse(START, `is longer than ${MAX_LENGTH} characters`);
  if (tooDeep(text)) return refuse(START, TOO_DEEP);

  const lineCounter = new LineCounter();
  // The parser's own search for keys that are there twice takes the square of their number.
  const options = { lineCounter, version: '1.2', schema: 'core', uniqueKeys: false } as const;
  const document = parseDocument(text, options);
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  // One mistake can break several of the grammar's rules; the first tells most.
  const firsts = new Map(document.errors.toReversed().map((error) => [error.pos[0], error]));
  const errors = [...firsts.values()]
    .reverse()
    .slice(0, MAX_ERRORS)
    .map((error) => profileError(file, positionAt(error.pos[0]), '', describe(error.code, error.message)));
  const object = (node: unknown, detail: string): void => {
    const offset = (node as Node | null | undefined)?.range?.[0] ?? 0;
    errors.push(profileError(file, positionAt(offset), '', detail));
  };
  visit(document, {
    Node: (_key, node, ancestors) => {
      if (isAlias(node)) {
        const target = node.resolve(document);
        if (target === undefined) object(node, 'text that begins with * must be in quotation marks');
        else if (ancestors.includes(target)) object(node, 'this repeats what it is itself a part of');
      } else if (node.tag !== undefined) object(node, `YAML tags such as ${node.tag} are not used here`);
    },
    Map: (_key, map) => {
      const seen = new Set<string>();
      for (const { key } of map.items) {
        const name = isScalar(key) ? String(key.value) : null;
        if (name === null) object(key ?? map, 'a key must be a plain word');
        else if (seen.has(name)) object(key, `the key "${name}" is there twice; keep one of them`);
        // Schemas pass over this one without a word, because no plain object can hold it safely.
        else if (name === '__proto__') object(key, 'there is no such key');
        else seen.add(name);
      }
    },
  });
  if (errors.length > 0) return { ok: false, errors: errors.slice(0, MAX_ERRORS) };
  try {
    const emptyKeys: KeyPlace[] = [];
    const value = withoutNulls(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {}, [], emptyKeys);
    return { ok: true, source: new Source(value, emptyKeys, document, positionAt) };
  } catch (error) {
    // Aliases of aliases are counted only as they are filled in.
    const message = error instanceof Error ? error.message : String(error);
    return refuse(START, describe('IMPOSSIBLE', message));
  }
}
