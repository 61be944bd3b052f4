import type { api, BodyOf } from '@bruecke/contract';
import type { Language } from '../../i18n/language.ts';
import { readAmount, writeAmount } from './amount.ts';
import type { Voucher } from './answers.ts';

export const noType = '*';

/** The facts of a voucher as they stand in the form. */
export function valuesOf(voucher: Pick<Voucher, 'fields' | 'documentType' | 'note'>, language: Language) {
  const { number, date, grossCents, currency, partner } = voucher.fields;
  return {
    number: number ?? '',
    date: date ?? '',
    grossCents: writeAmount(grossCents, language),
    currency: currency ?? 'EUR',
    partner: partner ?? '',
    documentType: voucher.documentType ?? noType,
    note: voucher.note ?? '',
  };
}
export type FactsValues = ReturnType<typeof valuesOf>;

type Change = BodyOf<typeof api.vouchers.change>;

/**
 * What the person has changed and nothing else: what somebody else has entered meanwhile stays. The proposed currency goes along
 * with a first amount.
 */
export function changeOf(values: FactsValues, saved: FactsValues, current: Voucher['fields']): Change {
  const differs = (name: keyof FactsValues) => values[name] !== saved[name];
  const amount = readAmount(values.grossCents);
  const isFirstAmount = differs('grossCents') && amount !== null && current.currency === null;
  const fields: NonNullable<Change['fields']> = {
    ...(differs('number') ? { number: values.number || null } : {}),
    ...(differs('date') ? { date: values.date || null } : {}),
    ...(differs('grossCents') ? { grossCents: amount } : {}),
    ...(differs('currency') || isFirstAmount ? { currency: values.currency } : {}),
    ...(differs('partner') ? { partner: values.partner || null } : {}),
  };
  return {
    ...(Object.keys(fields).length > 0 ? { fields } : {}),
    ...(differs('documentType') ? { documentType: values.documentType === noType ? null : values.documentType } : {}),
    ...(differs('note') ? { note: values.note || null } : {}),
  };
}
