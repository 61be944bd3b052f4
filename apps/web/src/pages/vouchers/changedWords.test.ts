import { expect, it } from 'vitest';
import { vouchers } from '../../i18n/de/vouchers.ts';
import { createFormat } from '../../i18n/format.ts';
import { changedWords } from './changedWords.ts';

const say = (change: Parameters<typeof changedWords>[0]) => changedWords(change, vouchers, createFormat('de'));

it('says what a change has set and what it has emptied', () => {
  expect(say({ fields: { number: 'R 17', partner: null }, note: null })).toEqual([
    'Belegnummer: R 17',
    'Geschäftspartner: geleert',
    'Notiz: geleert',
  ]);
  expect(say({ fields: { grossCents: null, date: null }, documentType: null })).toEqual([
    'Belegdatum: geleert',
    'Bruttobetrag: geleert',
    'Belegtyp: Kein Belegtyp',
  ]);
});

it('names a currency with its amount, or alone where only the currency was changed', () => {
  expect(say({ fields: { grossCents: 11_900, currency: 'CHF' } })).toEqual(['Bruttobetrag: 119,00\u00a0CHF']);
  expect(say({ fields: { currency: 'CHF' } })).toEqual(['Währung: CHF']);
  expect(say({ fields: { grossCents: 11_900 } })).toEqual(['Bruttobetrag: 119,00']);
});
