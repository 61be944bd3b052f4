import { describe, expect, it } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { cleanFileName, cleanLine } from './fileName.ts';

describe('cleanFileName', () => {
  it.each([
    ['Rechnung 17.pdf', 'Rechnung 17.pdf'],
    ['Büro & Co. (März).pdf', 'Büro & Co. (März).pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Users\\Ina\\Belege\\Tank.jpg', 'Tank.jpg'],
    ['ordner/', 'ordner'],
    ['a\0b.pdf', 'a b.pdf'],
    ['Zeile1\r\nSet-Cookie: x.pdf', 'Zeile1 Set-Cookie: x.pdf'],
    // Shown as "Rechnungfdp.exe" reversed: the override that does this is gone.
    ['Rechnung\u202efdp.exe', 'Rechnung fdp.exe'],
    ['un\u200bsicht\u2066bar\ufeff.pdf', 'un sicht bar .pdf'],
    ['  .versteckt.pdf. ', 'versteckt.pdf'],
    ['CON', '_CON'],
    ['nul.pdf', '_nul.pdf'],
    ['Console.pdf', 'Console.pdf'],
    ['A\u0308pfel.pdf', 'Äpfel.pdf'],
    ['halb\ud800.pdf', 'halb\ufffd.pdf'],
  ])('%j becomes %j', (given, kept) => {
    expect(cleanFileName(given)).toBe(kept);
  });

  it('cuts 10,000 characters and keeps the extension, counting characters and not halves of them', () => {
    expect(cleanFileName(`${'x'.repeat(10_000)}.pdf`)).toBe(`${'x'.repeat(251)}.pdf`);
    const emoji = cleanFileName(`${'🧾'.repeat(10_000)}.pdf`);
    expect([...emoji]).toHaveLength(255);
    expect(emoji.endsWith('🧾.pdf')).toBe(true);
  });

  it.each(['', '..', '/', '\0', ' . ', '\u202e\u200f', '../..'])('%j is refused', (given) => {
    expect(() => cleanFileName(given)).toThrow(Refusal);
    expect(() => cleanFileName(given)).toThrow(expect.objectContaining({ code: 'file_name_refused' }));
  });
});

describe('cleanLine', () => {
  it.each([
    ['a\0b', 'a b'],
    ['  zwei \n Zeilen ', 'zwei Zeilen'],
    ['\u202e', null],
    ['', null],
    [null, null],
    [undefined, null],
  ])('%j becomes %j', (given, kept) => {
    expect(cleanLine(given)).toBe(kept);
  });
});
