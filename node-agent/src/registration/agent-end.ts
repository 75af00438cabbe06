/** What the agent ends with, so that a service manager or a script can tell. */
export const EXIT = {
  failed: 1,
  wrongOptions: 2,
  versionMismatch: 3,
  notAdmitted: 4,
  workFolderInUse: 5,
} as const;

/** The agent cannot work, and asking again at once would not change that; the message says what to do. */
export class AgentEnd extends Error {
  constructor(
    readonly exitCode: number,
    message: string,
  ) {
    super(message);
    this.name = 'AgentEnd';
  }
}
