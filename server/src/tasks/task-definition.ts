/** Something that is done every so often. */
export interface TaskDefinition {
  name: string;
  intervalSeconds: number;
  run(): Promise<void>;
}
