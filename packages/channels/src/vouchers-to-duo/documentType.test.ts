import { describe, expect, it } from 'vitest';
import { chooseDocumentType } from './documentType.ts';

const stock = [
  { name: 'Eingangsrechnungen', category: 'invoices_received' },
  { name: 'Rechnungsausgang', category: 'outgoing_invoices' },
  { name: 'Kasse', category: 'other_documents' },
  { name: 'Sonstige', category: 'other_documents' },
];

describe('chooseDocumentType', () => {
  it('takes "ohne Belegtyp" at its word', () => {
    expect(chooseDocumentType(null, stock)).toEqual({ kind: 'none' });
  });

  it('goes by category and name, then by the only one of the category, then by name', () => {
    expect(chooseDocumentType({ name: ' kasse', category: 'other_documents' }, stock)).toEqual({
      kind: 'type',
      name: 'Kasse',
      by: 'categoryAndName',
    });
    expect(chooseDocumentType({ name: 'Rechnungseingang', category: 'invoices_received' }, stock)).toEqual({
      kind: 'type',
      name: 'Eingangsrechnungen',
      by: 'category',
    });
    expect(chooseDocumentType({ name: 'Sonstige', category: null }, stock)).toMatchObject({
      name: 'Sonstige',
      by: 'name',
    });
    expect(chooseDocumentType({ name: 'Kasse', category: 'travel_expense_documents' }, stock)).toMatchObject({
      by: 'name',
    });
  });

  it('asks rather than guesses', () => {
    expect(chooseDocumentType({ name: 'Bewirtung', category: 'other_documents' }, stock)).toEqual({
      kind: 'undecided',
      candidates: ['Kasse', 'Sonstige'],
    });
    const twice = [...stock, { name: 'KASSE', category: 'invoices_received' }];
    expect(chooseDocumentType({ name: 'Kasse', category: null }, twice)).toMatchObject({ kind: 'undecided' });
    expect(chooseDocumentType({ name: 'Kasse', category: 'other_documents' }, [])).toEqual({
      kind: 'undecided',
      candidates: [],
    });
  });
});
