import type { InvoiceSyntax } from './voucher-fields.ts';
import { decodeXml } from './xml-text.ts';

/** What a file's beginning says it is: an e-invoice of one of the syntaxes, other XML, or no XML. */
export type XmlKind = InvoiceSyntax | 'other-xml' | 'not-xml';

export type XmlSniff = { readonly kind: XmlKind; readonly hasDoctype: boolean };

/** How much of a file is looked at. Real files show their root element within the first kilobyte. */
export const sniffLength = 16 * 1024;

const roots: readonly { readonly name: string; readonly namespace: string; readonly kind: InvoiceSyntax }[] = [
  { name: 'Invoice', namespace: 'urn:oasis:names:specification:ubl:schema:xsd:Invoice-2', kind: 'ubl-invoice' },
  {
    name: 'CreditNote',
    namespace: 'urn:oasis:names:specification:ubl:schema:xsd:CreditNote-2',
    kind: 'ubl-credit-note',
  },
  {
    name: 'CrossIndustryInvoice',
    namespace: 'urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100',
    kind: 'cii',
  },
  { name: 'CrossIndustryDocument', namespace: 'urn:ferd:CrossIndustryDocument:invoice:1p0', kind: 'zugferd-1' },
];

/**
 * Tells XML kinds apart by the root element's name and namespace, from the first bytes of a file (16 KiB are looked at).
 * Well-formedness is not checked. Never throws; linear.
 */
export function sniffXml(prefix: Uint8Array): XmlSniff {
  return sniffXmlText(decodeXml(prefix.subarray(0, sniffLength)).text);
}

/** The same on text that is already decoded. */
export function sniffXmlText(text: string): XmlSniff {
  const { at, hasDoctype } = skipProlog(text.slice(0, sniffLength));
  const root = /^<(?:([\w.-]+):)?([\p{L}_][\w.-]*)([^<]*)/u.exec(text.slice(at, at + sniffLength));
  if (!root) return { kind: hasDoctype ? 'other-xml' : 'not-xml', hasDoctype };
  const [, prefix, name, attributes = ''] = root;
  const namespace = namespaceOf(attributes, prefix);
  const known = roots.find((candidate) => candidate.name === name && candidate.namespace === namespace);
  return { kind: known?.kind ?? 'other-xml', hasDoctype };
}

/** Steps over blanks, the declaration, processing instructions, comments and a document type declaration. */
function skipProlog(text: string): { readonly at: number; readonly hasDoctype: boolean } {
  let at = 0;
  let hasDoctype = false;
  for (;;) {
    while (/[\s\ufeff]/.test(text.charAt(at)) && at < text.length) at += 1;
    const end = text.startsWith('<?', at)
      ? after(text, '?>', at)
      : text.startsWith('<!--', at)
        ? after(text, '-->', at)
        : text.startsWith('<!DOCTYPE', at)
          ? after(text, '>', at)
          : null;
    if (end === null) return { at, hasDoctype };
    if (text.startsWith('<!DOCTYPE', at)) hasDoctype = true;
    at = end;
  }
}

function after(text: string, mark: string, from: number): number {
  const found = text.indexOf(mark, from);
  return found === -1 ? text.length : found + mark.length;
}

function namespaceOf(attributes: string, prefix: string | undefined): string | null {
  const wanted = prefix === undefined ? 'xmlns' : `xmlns:${prefix}`;
  for (const [, name, double, single] of attributes.matchAll(/(?:^|\s)([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g)) {
    if (name === wanted) return double ?? single ?? null;
  }
  return null;
}
