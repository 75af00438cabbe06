/** The server speaks in clauses, a page in sentences: `the disk is full` -> `The disk is full.` */
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.!?…:)]$/.test(capital) ? capital : `${capital}.`;
}
