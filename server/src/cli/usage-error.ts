/** A wrong argument; the message is a sentence for the person who typed it. */
export class UsageError extends Error {
  constructor(
    message: string,
    /** what is printed below the sentence */
    readonly usage: string,
  ) {
    super(message);
  }
}
