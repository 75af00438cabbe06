/** Something that is done every so often. */
export interface TaskDefinition {
  name: string;
  intervalSeconds: number;
  /** @param signal aborted when the server stops: what takes long ends at the next good place */
  run(signal: AbortSignal): Promise<void>;
}
