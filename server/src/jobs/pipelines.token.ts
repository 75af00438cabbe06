/** The PipelineRegistry that this server works with. */
export const PIPELINES = Symbol('PIPELINES');
