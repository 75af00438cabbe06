import type { Pipeline } from './step.js';

/** The pipelines that a program knows, by name. */
export class PipelineRegistry {
  private readonly byName = new Map<string, Pipeline>();

  /** @throws when a name is given twice, or two steps of a pipeline share one: at start, not at the first job */
  constructor(pipelines: readonly Pipeline[]) {
    for (const pipeline of pipelines) {
      if (this.byName.has(pipeline.name)) throw new Error(`two pipelines are named ${pipeline.name}`);
      const names = new Set(pipeline.steps.map((step) => step.name));
      if (names.size !== pipeline.steps.length)
        throw new Error(`pipeline ${pipeline.name} names a step twice`);
      this.byName.set(pipeline.name, pipeline);
    }
  }

  find(name: string): Pipeline | undefined {
    return this.byName.get(name);
  }

  names(): string[] {
    return [...this.byName.keys()];
  }
}
