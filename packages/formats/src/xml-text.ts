/** The text of an XML file. `damaged`: some bytes are no text in the encoding the file names. */
export type XmlText = { readonly text: string; readonly damaged: boolean };

/**
 * Decodes XML bytes: by byte order mark, else by the encoding the declaration names, else UTF-8. Unknown encodings are
 * read as UTF-8, since tags and numbers are ASCII in nearly all of them.
 */
export function decodeXml(bytes: Uint8Array): XmlText {
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes);
  return { text, damaged: text.includes('\ufffd') };
}

function encodingOf(bytes: Uint8Array): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return 'utf-16le';
  if (first === 0xfe && second === 0xff) return 'utf-16be';
  // UTF-16 without a mark shows itself by the zero byte of "<".
  if (first === 0x3c && second === 0) return 'utf-16le';
  if (first === 0 && second === 0x3c) return 'utf-16be';
  const start = new TextDecoder('latin1').decode(bytes.subarray(0, 200));
  const named = /^(?:ï»¿)?<\?xml[^>]*?encoding\s*=\s*["']([\w.:-]{1,40})["']/.exec(start)?.[1] ?? 'utf-8';
  // The declaration itself was read as single bytes, so a claim of UTF-16 is false.
  return /^utf-?16/i.test(named) || !isKnown(named) ? 'utf-8' : named;
}

function isKnown(label: string): boolean {
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}

const named: ReadonlyMap<string, string> = new Map([
  ['amp', '&'],
  ['lt', '<'],
  ['gt', '>'],
  ['quot', '"'],
  ['apos', "'"],
]);

/** Replaces the five predefined entities and character references. Everything else stays as written; nothing nests. */
export function decodeReferences(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#([0-9]{1,7})|(amp|lt|gt|quot|apos));/gi, (whole, hex, dec, name) => {
    if (name !== undefined) return named.get(name) ?? whole;
    const code = hex === undefined ? Number.parseInt(dec, 10) : Number.parseInt(hex, 16);
    return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : whole;
  });
}
