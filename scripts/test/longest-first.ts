import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * Files that take minutes, the longest first. In a fresh clone vitest knows nothing but the files' sizes, and one of these at the end
 * keeps a single worker busy while the others have nothing left to do.
 */
const LONGEST = [
  'test/media/matrix/matrix.test.ts',
  'test/faults/faults.test.ts',
  'test/leases/leases.test.ts',
  'test/nodes/pause.test.ts',
  'test/nodes/three-hosts.test.ts',
  'test/dolby-vision/failures.test.ts',
  'test/e2e/interrupted.test.ts',
  'test/dolby-vision/restart.test.ts',
  'test/e2e/library.test.ts',
  'test/media/grain/grain.test.ts',
  'test/nodes/agent.test.ts',
  'test/fuzz/fuzz.test.ts',
  'test/media/sabotage.test.ts',
  'test/e2e/profiles.test.ts',
  'test/nodes/slots.test.ts',
  'test/e2e/review.test.ts',
  'server/src/replace/restore-failures.spec.ts',
  'server/src/replace/replace-failures.spec.ts',
];

function rank({ moduleId }: TestSpecification): number {
  const at = LONGEST.findIndex((file) => moduleId.endsWith(`/${file}`));
  return at < 0 ? LONGEST.length : at;
}

/** vitest's own order, with what is known to be long in front of its project. */
export default class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const places = new Map<string, number>();
    for (const { project } of sorted) if (!places.has(project.name)) places.set(project.name, places.size);
    const place = ({ project }: TestSpecification) => places.get(project.name) ?? 0;
    return sorted.sort((a, b) => place(a) - place(b) || rank(a) - rank(b));
  }
}
