import { describe, expect, it } from 'vitest';
import { createFormat } from './format.ts';
import { plural } from './plural.ts';

/** Intl puts no-break spaces where people see spaces. */
const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, ' ');
const de = createFormat('de');
const en = createFormat('en');
const now = Date.parse('2026-11-24T08:30:00Z');

describe('dates', () => {
  it('writes day, month, year and the hours of Berlin', () => {
    expect(de.date('2026-12-07T15:40:00Z')).toBe('07.12.2026');
    expect(de.dateTime('2026-12-07T15:40:00Z')).toBe('07.12.2026 16:40');
    expect(de.dateTime('2026-07-01T22:30:00Z')).toBe('02.07.2026 00:30');
    expect(en.dateTime('2026-12-07T15:40:00Z')).toBe('07/12/2026 16:40');
  });

  it('never shifts a plain day', () => {
    expect(de.date('2026-03-01')).toBe('01.03.2026');
    expect(createFormat('de', 'America/Los_Angeles').date('2026-03-01')).toBe('01.03.2026');
  });

  it('says today and yesterday by the calendar, not by hours', () => {
    expect(de.moment('2026-11-24T08:31:00Z', now)).toBe('heute 09:31');
    expect(de.moment('2026-11-23T22:59:00Z', now)).toBe('gestern 23:59');
    expect(de.moment('2026-11-21T08:31:00Z', now)).toBe('21.11.2026 09:31');
  });

  it('counts spans in the largest whole unit', () => {
    expect(de.ago(now - 4000, now)).toBe('vor 4 Sekunden');
    expect(de.ago(now - 2 * 3_600_000 - 5, now)).toBe('vor 2 Stunden');
    expect(de.ago(now + 14 * 86_400_000, now)).toBe('in 14 Tagen');
    expect(en.ago(now - 180_000, now)).toBe('3 minutes ago');
  });

  it('writes months for narrow places', () => {
    expect(de.monthNumber('2026-03')).toBe('03/2026');
    expect(de.shortMonth('2026-03')).toBe('03/26');
    expect(de.monthName('2026-01')).toBe('Jan');
    expect(en.monthName('2026-12')).toBe('Dec');
  });

  it('names months', () => {
    expect(de.month('2026-03')).toBe('März 2026');
    expect(en.month('2026-03-31T23:30:00Z')).toBe('April 2026');
  });
});

describe('numbers', () => {
  it('writes money from minor units', () => {
    expect(plain(de.money(123_456))).toBe('1.234,56 €');
    expect(plain(de.money(-50))).toBe('−0,50 €');
    expect(plain(en.money(123_456))).toBe('€1,234.56');
    expect(plain(de.money(500, 'JPY'))).toBe('500 ¥');
  });

  it('writes columns of amounts, the minus so that it is seen', () => {
    expect(de.amount(123_456_789)).toBe('1.234.567,89');
    expect(de.money(-123_456)).toBe('−1.234,56\u00a0€');
    expect(en.money(-5)).toBe('−€0.05');
    expect(de.amount(-5)).toBe('−0,05');
    expect(de.amount(-0)).toBe('0,00');
    expect(en.amount(-123_456)).toBe('−1,234.56');
    expect(de.wholeAmount(-123_456)).toBe('−1.235');
    expect(de.wholeAmount(-49)).toBe('0');
    expect(de.share(-0.6234)).toBe('−62,3');
  });

  it('writes sizes in the units that the limits are in', () => {
    expect(plain(de.bytes(999))).toBe('999 B');
    expect(plain(de.bytes(151_000))).toBe('151 kB');
    expect(plain(de.bytes(500_000))).toBe('500 kB');
    expect(plain(de.bytes(1_000_000))).toBe('1 MB');
    expect(plain(de.bytes(1_468_006))).toBe('1,4 MB');
    expect(plain(de.bytes(20 * 1024 * 1024))).toBe('20 MB');
    expect(plain(de.bytes(100 * 1024 * 1024))).toBe('100 MB');
  });

  it('counts with the right form', () => {
    expect(plural('de')(1, 'Beleg', 'Belege')).toBe('1 Beleg');
    expect(plural('de')(1234, 'Beleg', 'Belege')).toBe('1.234 Belege');
    expect(plural('en')(0, 'voucher', 'vouchers')).toBe('0 vouchers');
  });
});
