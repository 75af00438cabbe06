import type { NodeSettings, ReachReport } from '#contracts';
import type { StoredReach } from '../nodes/node.entity.js';

type Result = ReachReport['results'][number];

/** What a node was asked about a library. */
export interface AskedLibrary {
  id: number;
  name: string;
  path: string;
  /** what a node reads that has the library before it; null: there was nothing to try it with */
  expected: string | null;
  /** why there was nothing to try it with */
  problem: string | null;
}

const ADVICE = 'mount it there, map the path to where it is mounted, or let files travel over the network';

/** What is wrong with the node's own way to a library, or null. */
function problemOf(library: AskedLibrary, result: Result | undefined, nodeName: string): string | null {
  if (library.expected === null)
    return `whether node ${nodeName} can read library ${library.name} is not known: ${library.problem ?? ''}`;
  if (result === undefined)
    return `node ${nodeName} has not said whether it can read library ${library.name}`;
  const where = `node ${nodeName} cannot read library ${library.name} at ${result.nodePath}`;
  if (result.content === null) return `${where}: ${result.error ?? 'no reason given'}`;
  if (result.content === library.expected) return null;
  return `${where}: another folder than the server's ${library.path} lies there`;
}

/** How a node gets at a library, by its settings and by what it has found. */
export function wayTo(
  library: AskedLibrary,
  result: Result | undefined,
  node: Pick<NodeSettings, 'name' | 'transfer'>,
): StoredReach {
  const entry = { libraryId: library.id, nodePath: result?.nodePath ?? null };
  // It would not use the share, however well that is.
  if (node.transfer === 'always') return { ...entry, way: 'transfer', nodePath: null, problem: null };
  const problem = problemOf(library, result, node.name);
  if (problem === null) return { ...entry, way: result?.mapped === true ? 'mapped' : 'same', problem };
  if (node.transfer === 'fallback') return { ...entry, way: 'transfer', problem };
  return { ...entry, way: 'none', problem: `${problem}; ${ADVICE}` };
}
