import { describe, expect, it } from 'vitest';
import { periodOf, searchOf, yearEarlier } from './period.ts';
import { changed, otherView, readFiguresSearch, sheetOf } from './search.ts';

const monthOf = (month: string) => ({ month, rows: 0, rebuilt: false, final: true, readAt: null });
const year = { months: ['2025-07', '2025-08', '2025-09', '2025-10', '2025-11', '2025-12'].map(monthOf) };

describe('the period shown', () => {
  it('is the whole year unless the address says otherwise', () => {
    expect(periodOf(year, {})).toEqual({ from: '2025-07', to: '2025-12' });
    expect(periodOf(year, { von: '2025-09' })).toEqual({ from: '2025-09', to: '2025-12' });
  });

  it('leaves out what is not of this year, and never runs backwards', () => {
    expect(periodOf(year, { von: '2024-09', bis: '2025-08' })).toEqual({ from: '2025-07', to: '2025-08' });
    expect(periodOf(year, { von: '2025-10', bis: '2025-08' })).toEqual({ from: '2025-10', to: '2025-10' });
  });

  it('goes into the address and comes back', () => {
    for (const period of [
      { from: '2025-07', to: '2025-12' },
      { from: '2025-08', to: '2025-12' },
      { from: '2025-09', to: '2025-09' },
    ])
      expect(periodOf(year, searchOf(year, period))).toEqual(period);
    expect(searchOf(year, { from: '2025-07', to: '2025-12' })).toEqual({});
  });

  it('has a month a year earlier', () => {
    expect(yearEarlier('2026-02')).toBe('2025-02');
  });
});

describe('the address', () => {
  it('is read leniently', () => {
    expect(
      readFiguresSearch({ ansicht: 'journal', jahr: '2', von: '2026-13', text: 4711, konto: -1, buchung: '3-4' }),
    ).toEqual({ ansicht: 'journal', text: '4711', buchung: '3-4' });
    expect(readFiguresSearch({ ansicht: 'bwa' })).toEqual({});
  });

  it('keeps year and period in another view, and nothing else', () => {
    const search = { ansicht: 'journal', jahr: 2, von: '2026-02', text: 'Miete', buchung: '1-1' } as const;
    expect(otherView(search, 'konten')).toEqual({ ansicht: 'konten', jahr: 2, von: '2026-02' });
    expect(otherView(search, 'bwa')).toEqual({ jahr: 2, von: '2026-02' });
  });

  it('loses what is changed to nothing', () => {
    expect(changed(sheetOf(2, 84_000_000, { von: '2026-01' }), { konto: undefined, text: 'x' })).toEqual({
      ansicht: 'konten',
      jahr: 2,
      von: '2026-01',
      text: 'x',
    });
  });
});
