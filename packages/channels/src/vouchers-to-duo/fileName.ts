import { manifest } from './manifest.ts';

/** Extensions by content, the preferred one first; some stocks list only the other spelling. */
const extensions: Readonly<Record<string, readonly [string, ...string[]]>> = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
  'image/tiff': ['tif', 'tiff'],
  'image/gif': ['gif'],
  'application/xml': ['xml'],
  'text/xml': ['xml'],
};

/**
 * The extension that fits the content, in a spelling that the stock takes; null when it takes none. Without a list
 * (`duo-version` not read) the usual spelling.
 */
export function extensionFor(mediaType: string, allowed: readonly string[] | null): string | null {
  const spellings = extensions[mediaType];
  if (spellings === undefined) return null;
  if (allowed === null || allowed.length === 0) return spellings[0];
  return spellings.find((spelling) => allowed.includes(spelling)) ?? null;
}

// What Belege online keeps of a name; everything else becomes an underscore there (cloud.md B.2).
const notAllowed = /[^ &()+\-._0-9A-Za-zÀ-ÖØ-öø-ÿ]/gu;
const knownExtension = /\.(pdf|jpe?g|png|tiff?|gif|xml)$/i;

/**
 * The name a voucher gets at DATEV: the original stem, cleaned, then `_` and the short id, then the extension that fits
 * the content. At most 255 characters and 255 bytes of UTF-8. Two vouchers never share one, because the short id is
 * never cut; so DCO01253 ("same name and type") cannot be raised by another voucher of ours.
 *
 * @param shortId from {@link shortIdFrom}
 */
export function fileNameForDatev(input: {
  readonly originalName: string;
  readonly shortId: string;
  readonly extension: string;
}): string {
  const tail = `_${input.shortId}.${input.extension}`;
  return `${cutToBytes(cleanStem(input.originalName), manifest.limits.fileNameLength - tail.length)}${tail}`;
}

/** The same voucher's name for an attempt that must not have the former one: the mark comes behind the short id, the stem gives way. */
export function anotherNameForDatev(fileName: string, mark: string): string {
  const [dot, id] = [fileName.lastIndexOf('.'), fileName.lastIndexOf('_')];
  const tail = `${fileName.slice(id, dot)}-${mark}${fileName.slice(dot)}`;
  return `${cutToBytes(fileName.slice(0, id), manifest.limits.fileNameLength - tail.length)}${tail}`;
}

function cleanStem(originalName: string): string {
  const base = originalName.replace(/^.*[/\\]/s, '').replace(knownExtension, '');
  const clean = base
    .normalize('NFC')
    .replace(notAllowed, '_')
    .replace(/^[ ._]+|[ ._]+$/g, '');
  return clean === '' ? 'Beleg' : clean;
}

/** Bytes are the stricter reading of DATEV's "255"; every allowed letter beyond ASCII takes two. */
function cutToBytes(stem: string, limit: number): string {
  let cut = stem.slice(0, limit);
  while (Buffer.byteLength(cut) > limit) cut = cut.slice(0, -1);
  return cut;
}

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/**
 * 13 characters from the last 64 bits of a voucher's UUID. Those are random (but for two bits) in version 4 and in
 * version 7, so two vouchers of one Mandant do not meet.
 *
 * @throws TypeError when `voucherId` is no UUID
 */
export function shortIdFrom(voucherId: string): string {
  const digits = voucherId.replaceAll('-', '');
  if (!/^[0-9a-f]{32}$/i.test(digits)) throw new TypeError('voucherId: not a UUID');
  let rest = BigInt(`0x${digits.slice(16)}`);
  let word = '';
  for (let place = 0; place < 13; place++) {
    word = (alphabet[Number(rest & 31n)] ?? '') + word;
    rest >>= 5n;
  }
  return word;
}
