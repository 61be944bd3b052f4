import type { InvoiceProfile } from './voucher-fields.ts';

/**
 * Which rules an identifier (BT-24) stands for. ZUGFeRD 1 (`urn:ferd:…:comfort`), ZUGFeRD 2.0 (`urn:zugferd.de:2p0:…`),
 * Factur-X (`urn:factur-x.eu:1p0:…`), plain EN 16931, XRechnung of any version and Peppol BIS Billing are told apart.
 */
export function profileOf(id: string | null): InvoiceProfile {
  if (id === null) return { id, name: 'other', version: null };
  const key = id.toLowerCase();
  const xrechnung = /(?:^|[:_])xrechnung[_:]?(?:cii|ubl)?_?(\d+(?:\.\d+)*)?/.exec(key);
  if (xrechnung) return { id, name: 'xrechnung', version: xrechnung[1] ?? null };
  const peppol = /peppol\.eu:\d{4}:poacc:billing:(\d+(?:\.\d+)*)/.exec(key);
  if (peppol) return { id, name: 'peppol', version: peppol[1] ?? null };
  const level =
    /urn:(?:ferd|zugferd\.de|factur-x\.eu).*?:(\d+)[p.](\d+):(minimum|basicwl|basic|comfort|en16931|extended)/;
  const hybrid = level.exec(key);
  if (hybrid) return { id, name: names[hybrid[3] ?? ''] ?? 'other', version: `${hybrid[1]}.${hybrid[2]}` };
  if (key.startsWith('urn:cen.eu:en16931:2017')) return { id, name: 'en16931', version: '2017' };
  return { id, name: 'other', version: null };
}

const names: { readonly [level: string]: InvoiceProfile['name'] } = {
  minimum: 'minimum',
  basicwl: 'basic-wl',
  basic: 'basic',
  comfort: 'en16931',
  en16931: 'en16931',
  extended: 'extended',
};
