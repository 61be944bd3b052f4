import { textsOf } from '../status/texts.ts';
import type { Terminal } from './terminal.ts';

/** Prints what was found, with cause and remedy, and what was said by the other side. */
export function tellFinding(terminal: Terminal, code: string, detail: string | null): void {
  const { title, cause, remedy } = textsOf(code);
  terminal.out(`✗ ${title}`);
  if (cause !== '') terminal.out(`    Ursache: ${cause}`);
  if (remedy !== '') terminal.out(`    Abhilfe: ${remedy}`);
  if (detail !== null) terminal.out(`    Angabe:  ${printable(detail)}`);
}

/** What others say must not move the cursor. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ');
}
