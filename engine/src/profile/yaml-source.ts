import {
  isAlias,
  isCollection,
  isMap,
  isScalar,
  LineCounter,
  parseDocument,
  visit,
  type Document,
  type Node,
  type Pair,
} from 'yaml';
import { profileError, type Position, type ProfileError } from './profile-error.js';

/** Bytes of text; the longest sensible profile is a tenth of it. */
const MAX_LENGTH = 64 * 1024;
/** Levels of nesting; the language needs three. Deeper text is refused before the parser recurses into it. */
const MAX_DEPTH = 32;
const MAX_ALIASES = 50;

/** YAML text as plain values, with the place of every key. */
export interface YamlSource {
  value: unknown;
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
    const indent = /^[ -]*/.exec(line)?.[0] ?? '';
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
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, entry]): [string, unknown][] =>
      entry === null ? [] : [[key, withoutNulls(entry)]],
    ),
  );
}

function describe(code: string, message: string): string {
  if (code === 'DUPLICATE_KEY') return 'this key is there twice; keep one of them';
  if (code === 'TAB_AS_INDENT') return 'a tab indents this line; YAML takes spaces only';
  const [first = message] = message.split('\n');
  // The parser adds the place to its messages, which is in front already.
  return `is not valid YAML: ${first.replace(/ at line \d+, column \d+:?$/, '')}`;
}

class Source implements YamlSource {
  constructor(
    readonly value: unknown,
    private readonly document: Document.Parsed,
    private readonly positionAt: (offset: number) => Position,
  ) {}

  positionOf(path: readonly PropertyKey[]): Position {
    let node: unknown = this.document.contents;
    let offset = this.offsetOf(node);
    for (const key of path) {
      if (isAlias(node)) node = node.resolve(this.document);
      if (!isCollection(node)) break;
      const next: unknown = node.get(key, true);
      if (next === undefined) break;
      node = next;
      offset = this.offsetOf(node) ?? offset;
    }
    return offset === undefined ? START : this.positionAt(offset);
  }

  positionOfKey(path: readonly PropertyKey[], key: string): Position {
    const map: unknown = path.length === 0 ? this.document.contents : this.document.getIn(path, true);
    if (isMap(map)) {
      const pair = map.items.find((item: Pair) => isScalar(item.key) && String(item.key.value) === key);
      const offset = this.offsetOf(pair?.key);
      if (offset !== undefined) return this.positionAt(offset);
    }
    return this.positionOf(path);
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
  if (tooDeep(text)) return refuse(START, `is nested deeper than ${MAX_DEPTH} levels`);

  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter, version: '1.2', schema: 'core', uniqueKeys: true });
  const positionAt = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const errors = document.errors.map((error) =>
    profileError(file, positionAt(error.pos[0]), '', describe(error.code, error.message)),
  );
  visit(document, {
    Node: (_key, node) => {
      if (isAlias(node) || node.tag === undefined) return;
      errors.push(
        profileError(
          file,
          positionAt(node.range?.[0] ?? 0),
          '',
          `YAML tags such as ${node.tag} are not used here`,
        ),
      );
    },
  });
  if (errors.length > 0) return { ok: false, errors };
  try {
    const value: unknown = withoutNulls(document.toJS({ maxAliasCount: MAX_ALIASES }) ?? {});
    return { ok: true, source: new Source(value, document, positionAt) };
  } catch (error) {
    return refuse(START, error instanceof Error ? error.message : String(error));
  }
}
