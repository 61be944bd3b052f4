import { describe, expect, it } from 'vitest';
import { changeOf, noType, valuesOf } from './factsForm.ts';

const empty = { number: null, date: null, grossCents: null, currency: null, partner: null };
const saved = valuesOf({ fields: empty, documentType: 'Kasse', note: null }, 'de');

describe('the change of a voucher’s facts', () => {
  it('is what the person has changed; nothing else is sent', () => {
    expect(changeOf({ ...saved, note: 'geprüft' }, saved, empty)).toEqual({ note: 'geprüft' });
    expect(changeOf({ ...saved, number: 'R 17' }, saved, empty)).toEqual({ fields: { number: 'R 17' } });
    expect(changeOf({ ...saved, documentType: noType }, saved, empty)).toEqual({ documentType: null });
    expect(changeOf(saved, saved, empty)).toEqual({});
  });

  it('empties what the person has emptied', () => {
    const full = { number: 'R 17', date: '2026-11-24', grossCents: 11_900, currency: 'EUR', partner: 'Mühle Weber' };
    const before = valuesOf({ fields: full, documentType: 'Kasse', note: 'eilt' }, 'de');
    expect(changeOf({ ...before, number: '', grossCents: '', note: '' }, before, full)).toEqual({
      fields: { number: null, grossCents: null },
      note: null,
    });
  });

  it('takes the proposed currency along with a first amount, but leaves one that somebody has entered', () => {
    const entered = { ...saved, grossCents: '119,00' };
    expect(changeOf(entered, saved, empty)).toEqual({ fields: { grossCents: 11_900, currency: 'EUR' } });
    expect(changeOf(entered, saved, { ...empty, currency: 'CHF' })).toEqual({ fields: { grossCents: 11_900 } });
  });
});
