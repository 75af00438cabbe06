/**
 * A command as text that does the same when pasted into a POSIX shell, whatever is in the names.
 * For logs alone: nothing in this project runs it.
 */
export function shellQuote(argv: readonly string[]): string {
  return argv
    .map((argument) =>
      /^[A-Za-z0-9_@%+=:,./-]+$/.test(argument)
        ? argument
        : `'${argument.replaceAll("'", String.raw`'\''`)}'`,
    )
    .join(' ');
}
