import type { Format } from '../../i18n/format.ts';
import type { Texts } from '../../i18n/texts.ts';
import type { Voucher } from './answers.ts';

type Change = Pick<Voucher['fieldChanges'][number], 'fields' | 'documentType' | 'note'>;
type Words = Pick<Texts['vouchers'], 'fields'>;

/** What a change has set, and what it has emptied. */
export function changedWords({ fields: set, documentType, note }: Change, { fields }: Words, format: Format): string[] {
  const line = <Value>(label: string, value: Value | null | undefined, words: (value: Value) => string) =>
    value === undefined ? [] : [`${label}: ${value === null ? fields.cleared : words(value)}`];
  const asIs = (text: string) => text;
  const { currency } = set;
  const amount = (cents: number) => (currency ? format.money(cents, currency) : format.amount(cents));
  // Beside its amount a currency has no line of its own.
  const isShownWithAmount = typeof set.grossCents === 'number' && typeof currency === 'string';
  return [
    ...line(fields.number, set.number, asIs),
    ...line(fields.date, set.date, format.date),
    ...line(fields.gross, set.grossCents, amount),
    ...(isShownWithAmount ? [] : line(fields.currency, currency, asIs)),
    ...line(fields.partner, set.partner, asIs),
    ...(documentType === undefined ? [] : [`${fields.type}: ${documentType ?? fields.noType}`]),
    ...line(fields.note, note, asIs),
  ];
}
