/** The text of a JSON value, or why it cannot be taken. */
export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly reason: 'not_json' | 'repeated_key' };

/**
 * Parses JSON that something is proven about. Unlike `JSON.parse` it refuses an object with the same key twice: of two
 * values only the last would be checked, while a person reading the file might believe the first.
 */
export function parseProvenJson(text: string): ParsedJson {
  const value = parse(text);
  if (value === undefined) return { ok: false, reason: 'not_json' };
  return hasRepeatedKey(text) ? { ok: false, reason: 'repeated_key' } : { ok: true, value };
}

function parse(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}

/** On text that is known to be JSON: walks its strings and braces. A string before a colon is a key. */
function hasRepeatedKey(text: string): boolean {
  const token = /"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?|[{}]/g;
  const open: Set<unknown>[] = [];
  for (const [whole, colon] of text.matchAll(token)) {
    if (whole === '{') open.push(new Set());
    else if (whole === '}') open.pop();
    else if (colon !== undefined) {
      // Parsed, because "a" and "\u0061" are the same key.
      const key: unknown = JSON.parse(whole.slice(0, whole.length - colon.length));
      const keys = open.at(-1);
      if (keys?.has(key)) return true;
      keys?.add(key);
    }
  }
  return false;
}
