/** How an answer's body ended. */
export type ElementsEnd =
  /** It was a list and all of it came. */
  | { readonly kind: 'list' }
  /** It was something else than a list: the whole text, at most `OTHER_LIMIT` bytes of it. */
  | { readonly kind: 'other'; readonly text: string }
  /** It began as a list and ended before its bracket. */
  | { readonly kind: 'cut' }
  /** It began as a list and is not JSON. */
  | { readonly kind: 'unreadable' };

/** Bytes gathered before elements are cut off: small enough to stay in the processor's cache while they are parsed. */
const BATCH_BYTES = 64 * 1024;
/** An element larger than this is none of DATEV's. */
const ELEMENT_LIMIT = 16 * 1024 * 1024;
const OTHER_LIMIT = 1024 * 1024;

/**
 * The elements of a JSON list while its bytes arrive, in batches of about 64 kB: memory does not grow with the list. What the
 * stream throws is passed on.
 *
 * Where to cut: the last `},{` in the buffer, if what stands before it is JSON once it has brackets. That is proof enough: a reader
 * that has taken `[` and this prefix as whole elements is outside of every string and nested list, and reads the rest
 * the same way. Where it is no JSON (the `},{` was inside a nested list), or where DATEV writes spaces there, the bytes are walked
 * one by one instead. 61 MB, 100,000 postings: 0.27 s; JSON.parse of the whole text 0.52 s; @streamparser/json 1.9 s, stream-json
 * 5.7 s (CPU, Node 20; docs/decisions/0008-the-connectors-program.md).
 */
export async function* readElements(
  body: AsyncIterable<Uint8Array>,
  batchBytes = BATCH_BYTES,
): AsyncGenerator<unknown[], ElementsEnd, undefined> {
  let held: Uint8Array[] = [];
  let heldBytes = 0;
  let wanted = batchBytes;
  let begun = false;
  let walking = false;
  for await (const chunk of body) {
    held.push(chunk);
    heldBytes += chunk.length;
    if (heldBytes < wanted) continue;
    let buffer = joined(held);
    if (!begun) {
      const start = listStart(buffer);
      if (start === null) {
        if (heldBytes > OTHER_LIMIT) return { kind: 'other', text: textOf(buffer) };
        wanted = OTHER_LIMIT + 1;
        held = [buffer];
        continue;
      }
      begun = true;
      buffer = buffer.subarray(start);
    }
    const quick: Cut | null = walking ? null : cutAtSeam(buffer);
    walking ||= quick === null;
    const cut = quick ?? cutByWalking(buffer);
    if (cut === 'unreadable') return { kind: 'unreadable' };
    if (cut.elements.length > 0) yield cut.elements;
    held = [cut.rest];
    heldBytes = cut.rest.length;
    if (heldBytes > ELEMENT_LIMIT) return { kind: 'unreadable' };
    // An element larger than a batch: wait for as much again before the next try, or the walk would be quadratic.
    wanted = Math.max(batchBytes, 2 * heldBytes);
  }
  return yield* lastElements(joined(held), begun);
}

async function* lastElements(buffer: Buffer, begun: boolean): AsyncGenerator<unknown[], ElementsEnd, undefined> {
  const start = begun ? 0 : listStart(buffer);
  if (start === null) return { kind: 'other', text: textOf(buffer) };
  const rest = buffer.subarray(start);
  if (walk(rest).depth !== -1) return { kind: 'cut' };
  const elements = parsedList(`[${textOf(rest)}`);
  if (elements === null) return { kind: 'unreadable' };
  if (elements.length > 0) yield elements;
  return { kind: 'list' };
}

type Cut = { readonly elements: unknown[]; readonly rest: Buffer };

const seam = Buffer.from('},{');

function cutAtSeam(buffer: Buffer): Cut | null {
  const at = buffer.lastIndexOf(seam);
  if (at === -1) return null;
  const elements = parsedList(`[${textOf(buffer.subarray(0, at + 1))}]`);
  return elements === null ? null : { elements, rest: buffer.subarray(at + 2) };
}

function cutByWalking(buffer: Buffer): Cut | 'unreadable' {
  const { comma } = walk(buffer);
  if (comma === -1) return { elements: [], rest: buffer };
  const elements = parsedList(`[${textOf(buffer.subarray(0, comma))}]`);
  return elements === null ? 'unreadable' : { elements, rest: buffer.subarray(comma + 1) };
}

const code = {
  quote: 0x22,
  backslash: 0x5c,
  comma: 0x2c,
  open: 0x7b,
  close: 0x7d,
  openList: 0x5b,
  closeList: 0x5d,
} as const;

/**
 * Walks a list's text behind its opening bracket: where the last comma between two elements is (-1 for none), and how deep the text
 * ends (0: between or in plain elements; -1: the list is closed). Bytes of UTF-8 beyond ASCII never look like one of these.
 */
function walk(buffer: Buffer): { comma: number; depth: number } {
  let depth = 0;
  let comma = -1;
  for (let i = 0; i < buffer.length; i++) {
    const byte = buffer[i];
    if (byte === code.quote) {
      i++;
      while (i < buffer.length && buffer[i] !== code.quote) i += buffer[i] === code.backslash ? 2 : 1;
    } else if (byte === code.open || byte === code.openList) depth++;
    else if (byte === code.close || byte === code.closeList) depth--;
    else if (byte === code.comma && depth === 0) comma = i;
  }
  return { comma, depth };
}

/** Where the list's first element begins, after white space, byte order mark and bracket; null when it is no list. */
function listStart(buffer: Buffer): number | null {
  let at = buffer[0] === 0xef && buffer[1] === 0xbb && buffer[2] === 0xbf ? 3 : 0;
  while (at < buffer.length && (buffer[at] ?? 0) <= 0x20) at++;
  return buffer[at] === code.openList ? at + 1 : null;
}

function joined(chunks: readonly Uint8Array[]): Buffer {
  return Buffer.concat(chunks);
}

function textOf(buffer: Buffer): string {
  return buffer.toString('utf8');
}

function parsedList(json: string): unknown[] | null {
  try {
    const value: unknown = JSON.parse(json);
    return Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
