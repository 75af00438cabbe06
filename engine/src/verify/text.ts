/**
 * What a tag or a title says, without what XML and containers cannot hold, or change: control characters, halves of
 * characters, and all space.
 */
export function said(text: string | null | undefined): string {
  return (text ?? '').replace(/[\p{Cc}\p{Cs}\s\uFFFE\uFFFF]+/gu, '');
}
