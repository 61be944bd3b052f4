import { extensionByMediaType } from '@bruecke/model';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { extensionFor, fileNameForDatev, shortIdFrom } from './fileName.ts';

const shortId = '7K3M9Q2W8XR5T';
const name = (originalName: string) => fileNameForDatev({ originalName, shortId, extension: 'pdf' });

describe('fileNameForDatev', () => {
  it.each([
    ['Rechnung 4711.pdf', 'Rechnung 4711_7K3M9Q2W8XR5T.pdf'],
    ['Büro & Möbel (März) 12,50€.PDF', 'Büro & Möbel (März) 12_50_7K3M9Q2W8XR5T.pdf'],
    // Decomposed umlauts, as macOS writes them.
    ['Bu\u0308ro.pdf', 'Büro_7K3M9Q2W8XR5T.pdf'],
    ['C:\\Scans\\../x.tiff', 'x_7K3M9Q2W8XR5T.pdf'],
    ['Rechnung 1.12', 'Rechnung 1.12_7K3M9Q2W8XR5T.pdf'],
    ['a×b÷c.jpg', 'a_b_c_7K3M9Q2W8XR5T.pdf'],
    ['..', 'Beleg_7K3M9Q2W8XR5T.pdf'],
    ['', 'Beleg_7K3M9Q2W8XR5T.pdf'],
    ['😀.pdf', 'Beleg_7K3M9Q2W8XR5T.pdf'],
    ['a\u0000b\r\nc".pdf', 'a_b__c_7K3M9Q2W8XR5T.pdf'],
  ])('makes %j into %s', (original, expected) => {
    expect(name(original)).toBe(expected);
  });

  it('fits DATEV’s rules whatever people call their files', () => {
    const anyName = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 400 }),
      fc.string({ unit: 'grapheme', maxLength: 400 }),
    );
    fc.assert(
      fc.property(
        anyName,
        fc.uuid(),
        fc.constantFrom(...Object.values(extensionByMediaType)),
        (original, id, extension) => {
          const made = fileNameForDatev({ originalName: original, shortId: shortIdFrom(id), extension });
          expect(made).toMatch(/^[ &()+\-._0-9A-Za-zÀ-ÖØ-öø-ÿ]+$/);
          expect(made).toBe(made.normalize('NFC'));
          expect(Buffer.byteLength(made)).toBeLessThanOrEqual(255);
          expect(made.endsWith(`_${shortIdFrom(id)}.${extension}`)).toBe(true);
          expect(made).not.toMatch(/^[ .]/);
        },
      ),
    );
  });

  it('never gives two vouchers the same name, also when only case is compared away', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 400 }), fc.uuid(), fc.uuid(), (original, one, other) => {
        fc.pre(one.slice(-16) !== other.slice(-16));
        const of = (id: string) =>
          fileNameForDatev({ originalName: original, shortId: shortIdFrom(id), extension: 'pdf' });
        expect(of(one).toLowerCase()).not.toBe(of(other).toLowerCase());
      }),
    );
  });
});

describe('shortIdFrom', () => {
  it('keeps all 64 random bits of a UUID, of version 7 too', () => {
    expect(shortIdFrom('01890a5d-ac96-774b-8000-000000000000')).toBe('8000000000000');
    expect(shortIdFrom('01890a5d-ac96-774b-bfff-ffffffffffff')).toBe('BZZZZZZZZZZZZ');
    expect(shortIdFrom('01890a5d-ac96-774b-8000-000000000001')).toBe('8000000000001');
    expect(() => shortIdFrom('4711')).toThrow(TypeError);
  });
});

describe('extensionFor', () => {
  it('goes by content and takes the spelling the stock knows', () => {
    expect(extensionFor('image/jpeg', null)).toBe('jpg');
    expect(extensionFor('image/jpeg', [])).toBe('jpg');
    expect(extensionFor('image/tiff', ['pdf', 'tiff'])).toBe('tiff');
    expect(extensionFor('application/xml', ['pdf'])).toBeNull();
    expect(extensionFor('application/zip', null)).toBeNull();
    for (const [type, extension] of Object.entries(extensionByMediaType))
      expect(extensionFor(type, null)).toBe(extension);
  });
});
