import { refuse } from '../../refusal.ts';

const longest = 255;
const longestExtension = 12;
/** Names that Windows keeps for devices, whatever extension follows. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])(\.|$)/i;

/**
 * The original name as it is kept and shown: the last part of a path, in one Unicode spelling, without control characters and
 * without those that nobody sees (zero-width, direction overrides: `gpj.exe` can look like `exe.jpg`), at most 255 characters
 * with the extension kept.
 * @throws Refusal `file_name_refused` when nothing is left
 */
export function cleanFileName(given: string): string {
  const parts = wellFormed(given)
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .split(/[/\\]/)
    .map(trimmed)
    .filter((part) => part !== '');
  const name = cut(parts.at(-1) ?? '');
  if (name === '') throw refuse('file_name_refused');
  return reserved.test(name) ? `_${name}` : name;
}

/** Blanks and dots at the ends go: Windows drops them at the end, and in front they hide a file. */
function trimmed(part: string): string {
  return part.replace(/\s+/g, ' ').replace(/^[ .]+|[ .]+$/g, '');
}

function cut(name: string): string {
  const characters = [...name];
  if (characters.length <= longest) return name;
  const extension = new RegExp(`\\.[^. ]{1,${longestExtension}}$`, 'u').exec(name)?.[0] ?? '';
  const stem = characters.slice(0, longest - [...extension].length).join('');
  return `${stem.replace(/[ .]+$/, '')}${extension}`;
}

/** Lone halves of a character can't be stored as UTF-8; they become the replacement character. */
function wellFormed(text: string): string {
  return Buffer.from(text, 'utf8').toString('utf8');
}

/** A line a person typed (note, number, partner): one spelling, no control characters (PostgreSQL refuses NUL), null when empty. */
export function cleanLine(given: string | null | undefined): string | null {
  const line = wellFormed(given ?? '')
    .normalize('NFC')
    .replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return line === '' ? null : line;
}
