/**
 * Reads an amount as people write it, German or English: "1.234,56", "1234.56", "-50", "1 000,5". The last
 * separator with one or two digits behind it is the decimal one.
 * @returns cents, or null when it is no amount
 */
export function readAmount(text: string): number | null {
  const bare = text.replace(/[\s€]/g, '').replace(/[−–]/, '-');
  const parts = /^(-?)(\d+(?:[.,']\d+)*)$/.exec(bare);
  if (!parts) return null;
  const [, sign, digits = ''] = parts;
  const decimal = /^(.*?)(?:[.,](\d{1,2}))?$/.exec(digits);
  const whole = (decimal?.[1] ?? '').replace(/[.,']/g, '');
  if (!/^\d+$/.test(whole) || whole.length > 12) return null;
  const cents = Number(whole) * 100 + Number((decimal?.[2] ?? '').padEnd(2, '0') || 0);
  return sign ? -cents : cents;
}

/** Cents as they are typed: "1234,56" with the comma in German. */
export function writeAmount(cents: number | null, language: 'de' | 'en'): string {
  if (cents === null) return '';
  const text = (Math.abs(cents) / 100).toFixed(2);
  return `${cents < 0 ? '-' : ''}${language === 'de' ? text.replace('.', ',') : text}`;
}
