import prettyBytes from 'pretty-bytes';

/** A file name as one line of a terminal can show it: control characters are spelt out, not obeyed. */
export function printable(name: string): string {
  return name.replaceAll(/[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu, (character) => {
    const short: Record<string, string> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    return short[character] ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

export function size(bytes: number): string {
  return prettyBytes(bytes, { binary: true });
}

/** A saving with its share of the size before, such as `1.2 GiB (61 %)`. */
export function saving(saved: number, before: number): string {
  return before > 0 ? `${size(saved)} (${Math.round((saved / before) * 100)} %)` : size(saved);
}
