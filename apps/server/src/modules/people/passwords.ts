import { hash, verify } from '@node-rs/argon2';
import { refuse } from '../../refusal.ts';
import { familiarWords } from './familiarWords.ts';

/** OWASP's first choice for argon2id; one hash takes about 25 ms on this class of machine. */
const cost = { memoryCost: 19_456, timeCost: 2, parallelism: 1 } as const;
/** Of a text nobody knows: so that an address without an account costs the same work as one with it. */
const nobodysHash = '$argon2id$v=19$m=19456,t=2,p=1$CQkJCQkJCQkJCQkJCQkJCQ$y9L7y1BfvZh6qcjjismAGOtQ32Bem5EimWoNcqTIubs';

/** Characters that two keyboards write differently (ä as one or two) count as the same. */
const normal = (password: string) => password.normalize('NFKC');

/** Argon2id in PHC form, with a salt of 16 bytes. */
export function hashPassword(sources: { randomBytes(length: number): Uint8Array }, password: string): Promise<string> {
  return hash(normal(password), { ...cost, salt: sources.randomBytes(16) });
}

/** Whether this is the password; the same work when there is none. */
export async function verifyPassword(stored: string | null, password: string): Promise<boolean> {
  const right = await verify(stored ?? nobodysHash, normal(password));
  return right && stored !== null;
}

const shortest = 12;
/** What is left of a password once everything easy is taken out must still be this long. */
const shortestOwnPart = 6;

/**
 * Refuses with `password_too_weak` what is shorter than 12 characters or made of what one tries first: the person's own name or
 * address, words everybody uses, years, runs and repetitions. No rule about kinds of characters.
 */
export function checkPassword(password: string, person: { name: string; email: string }): void {
  if (isWeak(normal(password), person)) throw refuse('password_too_weak');
}

function isWeak(password: string, person: { name: string; email: string }): boolean {
  if ([...password].length < shortest) return true;
  let own = password.toLowerCase();
  for (const word of [...partsOf(person), ...familiarWords]) own = own.replaceAll(word, ' ');
  own = own.replaceAll(/(19|20)\d\d/g, ' ');
  own = withoutRuns(own).replaceAll(/\s+/g, '');
  return [...own].length < shortestOwnPart || new Set(own).size < 4;
}

/** Words of the name and of the address, from four letters on. */
function partsOf(person: { name: string; email: string }): string[] {
  return `${person.name} ${person.email}`
    .normalize('NFKC')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((part) => part.length >= 4)
    .toSorted((a, b) => b.length - a.length);
}

/** Takes out repetitions (aaaa, abcabc) and runs up or down (1234, dcba). */
function withoutRuns(text: string): string {
  const once = text.replaceAll(/(.{1,6}?)\1+/gu, '$1');
  const codes = [...once].map((character) => character.codePointAt(0) ?? 0);
  let kept = '';
  for (let from = 0; from < codes.length; ) {
    const step = (codes[from + 1] ?? 0) - (codes[from] ?? 0);
    let to = from + 1;
    while (Math.abs(step) === 1 && to < codes.length && (codes[to] ?? 0) - (codes[to - 1] ?? 0) === step) to += 1;
    kept += to - from >= 3 ? ' ' : String.fromCodePoint(...codes.slice(from, to));
    from = to;
  }
  return kept;
}
