/** What a colour says. Each has a class `tone-…` among the global styles. */
export type Tone = 'success' | 'warning' | 'danger' | 'info' | 'accent' | 'neutral';
