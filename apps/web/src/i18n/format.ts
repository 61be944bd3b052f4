import { type Language, localeOf } from './language.ts';

/** Everything that turns a value into words of one language and time zone. Pure: `now` comes in. */
export type Format = ReturnType<typeof createFormat>;

type When = string | number | Date;

/**
 * @param timeZone IANA name; deadlines and "heute" are meant in it
 */
export function createFormat(language: Language, timeZone = 'Europe/Berlin') {
  const locale = localeOf(language);
  const date = new Intl.DateTimeFormat(locale, { day: '2-digit', month: '2-digit', year: 'numeric', timeZone });
  const time = new Intl.DateTimeFormat(locale, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone });
  const seconds = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
    timeZone,
  });
  const month = new Intl.DateTimeFormat(locale, { month: 'long', year: 'numeric', timeZone });
  const dayKey = new Intl.DateTimeFormat('sv-SE', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone });
  const number = new Intl.NumberFormat(locale);
  const decimal = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 0 });
  const share = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
  const amount = new Intl.NumberFormat(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  const whole = new Intl.NumberFormat(locale, { maximumFractionDigits: 0 });
  const monthName = new Intl.DateTimeFormat(locale, { month: 'short', timeZone });
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' });

  const formats = {
    /** "01.03.2021". A plain day (YYYY-MM-DD) stays that day in every time zone. */
    date: (when: When) => (isPlainDay(when) ? plainDay(when, language) : date.format(new Date(when))),
    /** "16:40" */
    time: (when: When) => time.format(new Date(when)),
    /** "07.12.2026 16:40": DATEV wants the expiry of a consent written like this. */
    dateTime: (when: When) => `${date.format(new Date(when))} ${time.format(new Date(when))}`,
    /** "07.12.2026 16:40:05", for the technical log. */
    precise: (when: When) => `${date.format(new Date(when))} ${seconds.format(new Date(when))}`,
    /** "heute 09:31", "gestern 17:02", else date and time. */
    moment(when: When, now: number): string {
      const at = new Date(when);
      const days = dayNumber(dayKey.format(at)) - dayNumber(dayKey.format(now));
      if (days === 0 || days === -1) return `${relative.format(days, 'day')} ${time.format(at)}`;
      return formats.dateTime(at);
    },
    /** "in 14 Tagen", "vor 2 Stunden", "vor 4 Sekunden": for spans a person watches. */
    ago(when: When, now: number): string {
      const seconds = Math.round((new Date(when).getTime() - now) / 1000);
      const [unit, size] = span(Math.abs(seconds));
      return relative.format(Math.trunc(seconds / size), unit);
    },
    /** "März 2026" from a date or "2026-03". */
    month: (when: When) => month.format(new Date(typeof when === 'string' && when.length === 7 ? `${when}-15` : when)),
    /** "03/2026" from "2026-03": heads of narrow columns. */
    monthNumber: (month: string) => `${month.slice(5, 7)}/${month.slice(0, 4)}`,
    /** "03/26": twelve of them side by side. */
    shortMonth: (month: string) => `${month.slice(5, 7)}/${month.slice(2, 4)}`,
    /** "Mär" from "2026-03": the foot of a chart. */
    monthName: (month: string) => monthName.format(new Date(`${month.slice(0, 7)}-15`)),
    number: (value: number) => number.format(value),
    /** Share between 0 and 1 → "62 %". */
    percent: (share: number) => percent.format(share),
    /** Minor units (cents) and ISO 4217 code → "1.234,56 €", with a real minus. */
    money: (minor: number, currency = 'EUR') =>
      clearMinus(moneyFormat(locale, currency).format(minor / 10 ** digits(currency))),
    /** Cents → "1.234,56", with a real minus; the currency stands above the table. */
    amount: (cents: number) => clearMinus(amount.format(cents / 100 || 0)),
    /** Cents → "1.235": whole units of the currency, where many columns stand side by side. */
    wholeAmount: (cents: number) => clearMinus(whole.format(Math.round(cents / 100) || 0)),
    /** Share between 0 and 1 → "62,3", the percent sign stands in the head of the column. */
    share: (value: number) => clearMinus(share.format(value * 100 || 0)),
    /** Bytes → "1,4 MB". A MB is 1024 · 1024 bytes, as in the limits (20 MB, 100 MB); kB are decimal, as is DATEV's advice (500 kB). */
    bytes(size: number): string {
      if (size < 1000) return `${number.format(size)} B`;
      if (size < 1_000_000) return `${number.format(Math.round(size / 1000))} kB`;
      return `${decimal.format(size / (1024 * 1024))} MB`;
    },
    list: (items: readonly string[]) => new Intl.ListFormat(locale, { type: 'conjunction' }).format(items),
    compare: new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }).compare,
  };
  return formats;
}

/** A hyphen before a number is easily overlooked. */
const clearMinus = (text: string) => text.replace('-', '−');

function isPlainDay(when: When): when is string {
  return typeof when === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(when);
}

function plainDay(day: string, language: Language): string {
  const [year, month, date] = day.split('-');
  return language === 'de' ? `${date}.${month}.${year}` : `${date}/${month}/${year}`;
}

function dayNumber(key: string): number {
  return Math.round(Date.parse(`${key}T00:00:00Z`) / 86_400_000);
}

function span(seconds: number): [Intl.RelativeTimeFormatUnit, number] {
  if (seconds < 60) return ['second', 1];
  if (seconds < 3600) return ['minute', 60];
  if (seconds < 86_400) return ['hour', 3600];
  return ['day', 86_400];
}

function moneyFormat(locale: string, currency: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: 'currency', currency });
}

function digits(currency: string): number {
  return moneyFormat('en', currency).resolvedOptions().maximumFractionDigits ?? 2;
}
