/**
 * An amount as hundredths. Null unless it is a plain decimal number that hundredths can carry: EN 16931 allows two
 * decimals in totals, more are accepted only if they are zeros. No floating point on the way.
 */
export function parseCents(text: string): number | null {
  const match = /^([+-]?)(\d{1,13})(?:\.(\d{1,10}))?$/.exec(text);
  if (!match) return null;
  const [, sign, whole = '', fraction = ''] = match;
  if (/[1-9]/.test(fraction.slice(2))) return null;
  const cents = Number(whole) * 100 + Number(fraction.slice(0, 2).padEnd(2, '0'));
  return sign === '-' && cents !== 0 ? -cents : cents;
}

/** A date as `YYYY-MM-DD`, from that (UBL, a time zone may follow) or from `YYYYMMDD` (CII, format 102). Null if impossible. */
export function parseDate(text: string): string | null {
  const match = /^(\d{4})-?(\d\d)-?(\d\d)(?:Z|[+-]\d\d:\d\d|T.{0,30})?$/.exec(text);
  if (!match) return null;
  const date = `${match[1]}-${match[2]}-${match[3]}`;
  const time = Date.parse(`${date}T00:00:00Z`);
  // Date.parse takes 30 February for 2 March.
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(date) ? date : null;
}

/** A currency code by form; null otherwise. */
export function parseCurrency(text: string | null): string | null {
  return text !== null && /^[A-Z]{3}$/.test(text) ? text : null;
}
