import { XMLParser, XMLValidator } from 'fast-xml-parser';
import { decodeReferences } from './xml-text.ts';

/** An element of a parsed file: its text, or its children by local name. Attributes are left out. */
export type XmlNode = { readonly [name: string]: unknown };

export type XmlTree = { readonly root: XmlNode } | { readonly refused: 'broken' | 'too_complex' | 'unsafe' };

/**
 * Limits far above any real invoice (the largest of KoSIT's test suite: 213 kB, 4,900 tags) and low enough that a
 * hostile file costs at most about two seconds and 200 MB (measured at the limits on a 2-core machine).
 */
const limits = { textLength: 5_000_000, angleBrackets: 400_000, equalSigns: 100_000, depth: 60 };

/** Files inside an invoice (BT-125) may have 20 MB; only their text is this long, and nobody here reads it. */
const longText = 4096;

/**
 * Parses XML into a tree by local names, within limits. Entities are never expanded and a document type declaration is
 * refused. Never throws.
 */
export function parseXml(fullText: string): XmlTree {
  if (fullText.includes('<!DOCTYPE')) return { refused: 'unsafe' };
  const text = withoutLongTexts(fullText);
  if (
    text.length > limits.textLength ||
    count(text, '<') > limits.angleBrackets ||
    count(text, '=') > limits.equalSigns
  ) {
    return { refused: 'too_complex' };
  }
  try {
    if (XMLValidator.validate(text) !== true) return { refused: 'broken' };
  } catch {
    return { refused: 'broken' };
  }
  try {
    const root: unknown = parser().parse(text);
    return isNode(root) ? { root } : { refused: 'broken' };
  } catch {
    // Well-formed but not taken: nested too deeply, or names such as __proto__ that the parser refuses.
    return { refused: 'too_complex' };
  }
}

function parser(): XMLParser {
  return new XMLParser({
    ignoreAttributes: true,
    removeNSPrefix: true,
    parseTagValue: false,
    processEntities: false,
    trimValues: true,
    ignoreDeclaration: true,
    ignorePiTags: true,
    maxNestedTags: limits.depth,
  });
}

/** Leaves out the text before a tag where it is very long. A loop, since a regular expression runs out of stack on it. */
function withoutLongTexts(text: string): string {
  const parts: string[] = [];
  let from = 0;
  for (let tag = text.indexOf('<'); tag !== -1; ) {
    const next = text.indexOf('<', tag + 1);
    if (next === -1) break;
    if (next - tag >= longText) {
      const end = text.slice(tag, next).lastIndexOf('>');
      if (end !== -1 && next - tag - end > longText) {
        parts.push(text.slice(from, tag + end + 1));
        from = next;
      }
    }
    tag = next;
  }
  return parts.length === 0 ? text : parts.join('') + text.slice(from);
}

/** The first element at a path of local names, null if there is none. */
export function nodeAt(node: unknown, ...path: readonly string[]): XmlNode | null {
  const found = at(node, path);
  return isNode(found) ? found : null;
}

/** The text of the first element at a path, with references decoded and blanks put together; null if none or empty. */
export function textAt(node: unknown, ...path: readonly string[]): string | null {
  const found = at(node, path);
  const text = isNode(found) ? found['#text'] : found;
  if (typeof text !== 'string') return null;
  const plain = decodeReferences(text).replace(/\s+/g, ' ').trim();
  return plain === '' ? null : plain;
}

function at(node: unknown, path: readonly string[]): unknown {
  let current = first(node);
  for (const name of path) {
    if (!isNode(current) || !Object.hasOwn(current, name)) return null;
    current = first(current[name]);
  }
  return current;
}

function first(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value;
}

function isNode(value: unknown): value is XmlNode {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function count(text: string, character: string): number {
  let found = 0;
  for (let i = text.indexOf(character); i !== -1; i = text.indexOf(character, i + 1)) found += 1;
  return found;
}
