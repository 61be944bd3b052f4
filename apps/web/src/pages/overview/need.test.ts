import type { FiguresState } from '@bruecke/model';
import { figuresStepOf } from '@bruecke/model';
import { describe, expect, it } from 'vitest';
import { needs } from './need.ts';

const row = (name: string, figures: FiguresState | null, more: { errors?: number } = {}) => ({
  name,
  connectionState: 'not_set_up' as const,
  questions: 0,
  errors: 0,
  ...more,
  figures: figures && { state: figures, nextStep: figuresStepOf[figures] },
});
const told = (rows: ReturnType<typeof row>[]) => {
  const { groups, single } = needs(rows);
  return {
    groups: groups.map(([state, together]) => `${state}: ${together.map((one) => one.name).join(' ')}`),
    single: single.map((one) => one.name),
  };
};

describe('who needs someone', () => {
  it('is nobody of a firm that has set up nothing, nor where figures are off, ended or on their way', () => {
    expect(
      told([
        row('a', null),
        row('b', 'off'),
        row('c', 'severed'),
        row('d', 'firstRun'),
        row('e', 'current'),
        row('f', 'disturbed'),
      ]),
    ).toEqual({ groups: [], single: [] });
  });

  it('is told once for all whose connector is silent, unless something else hangs there too', () => {
    expect(
      told([
        row('a', 'findings'),
        row('b', 'silent', { errors: 1 }),
        row('c', 'silent'),
        row('d', 'silent'),
        row('e', 'revoked'),
      ]),
    ).toEqual({ groups: ['silent: c d'], single: ['a', 'b', 'e'] });
  });
});
