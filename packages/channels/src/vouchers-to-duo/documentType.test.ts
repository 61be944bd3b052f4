import { describe, expect, it } from 'vitest';
import { chooseDocumentType } from './documentType.ts';

const stock = [
  { name: 'Eingangsrechnungen', category: 'invoices_received' },
  { name: 'Rechnungsausgang', category: 'outgoing_invoices' },
  { name: 'Kasse', category: 'other_documents' },
  { name: 'Bewirtung', category: 'other_documents' },
];
const send = (name: string | null) => ({ kind: 'send', name });

describe('chooseDocumentType', () => {
  it('takes "ohne Belegtyp" at its word', () => {
    expect(chooseDocumentType(null, stock)).toEqual(send(null));
    expect(chooseDocumentType(null, [])).toEqual(send(null));
  });

  it('takes a name that the stock has as it is, whatever its category there', () => {
    expect(chooseDocumentType('Bewirtung', stock)).toEqual(send('Bewirtung'));
    const other = [{ name: 'Kasse', category: 'invoices_received' }, stock[3] as (typeof stock)[number]];
    expect(chooseDocumentType('Kasse', other)).toEqual(send('Kasse'));
    const twice = [...stock, { name: 'KASSE', category: 'invoices_received' }];
    expect(chooseDocumentType('Kasse', twice)).toEqual(send('Kasse'));
  });

  it('goes by the only one of the usual type’s category, then by name, letter by letter as the stock has it', () => {
    expect(chooseDocumentType('Rechnungseingang', stock)).toEqual(send('Eingangsrechnungen'));
    expect(chooseDocumentType(' kasse', stock)).toEqual(send('Kasse'));
    expect(chooseDocumentType('bewirtung ', stock)).toEqual(send('Bewirtung'));
    expect(chooseDocumentType('Sonstige', [{ name: 'SONSTIGE', category: null }])).toEqual(send('SONSTIGE'));
  });

  it('asks rather than guesses', () => {
    // Two of the category, none of the name.
    expect(chooseDocumentType('Sonstige', stock)).toEqual({ kind: 'ask' });
    // A name of the stock's own that is gone there.
    expect(chooseDocumentType('Reisekosten', stock)).toEqual({ kind: 'ask' });
    const twice = [
      { name: 'REISE', category: 'other_documents' },
      { name: 'reise', category: 'personnel_documents' },
    ];
    expect(chooseDocumentType('Reise', twice)).toEqual({ kind: 'ask' });
    expect(chooseDocumentType('Rechnungseingang', [])).toEqual({ kind: 'ask' });
  });

  it('does not take a type without a category for one of an unusual name', () => {
    expect(chooseDocumentType('Reise', [{ name: 'Anderes', category: null }])).toEqual({ kind: 'ask' });
  });
});
