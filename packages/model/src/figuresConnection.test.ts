import { describe, expect, it } from 'vitest';
import {
  type FiguresFacts,
  type FiguresMay,
  figuresNeedHand,
  figuresStaleDays,
  figuresStates,
  figuresStepOf,
  figuresTone,
  figuresView,
  whoCanActOnFigures,
} from './figuresConnection.ts';

const now = '2026-11-24T10:00:00.000Z';
const day = (days: number) => new Date(Date.parse(now) + days * 86_400_000).toISOString();
const bound = day(-100);
const healthy: FiguresFacts = {
  binding: { state: 'active', reason: null, since: bound },
  askedAt: null,
  read: true,
  stand: day(-0.2),
  run: null,
};
const view = (facts: Partial<FiguresFacts>) => figuresView({ ...healthy, ...facts }, now);
const binding = (state: FiguresFacts['binding']['state'], reason: string | null = null) => ({
  state,
  reason,
  since: day(-2),
});
const failed = (code: string) => ({ state: 'failed' as const, endedAt: day(-0.1), code });

describe('how figures come home', () => {
  it('is current only when they were read, and says before that whether they are being read', () => {
    expect(view({})).toEqual({ state: 'current', since: bound });
    const unread = { read: false, stand: null };
    expect(view({ ...unread, run: null }).state).toBe('connecting');
    expect(view({ ...unread, run: { state: 'running' } }).state).toBe('firstRun');
    expect(view({ ...unread, binding: binding('connecting'), run: null }).state).toBe('connecting');
    expect(view({ run: { state: 'running' } }).state).toBe('current');
  });

  it('tells what somebody has to put right before what passes by itself', () => {
    const worst: Partial<FiguresFacts> = { askedAt: day(-1), stand: day(-30), run: failed('dataRightMissing') };
    expect(view({ ...worst, binding: binding('needs_reauth', 'connectorRevoked') }).state).toBe('revoked');
    expect(view({ ...worst, binding: binding('misconfigured') }).state).toBe('findings');
    expect(view({ ...worst, binding: binding('degraded', 'connectorSilent') }).state).toBe('silent');
    expect(view(worst)).toEqual({ state: 'awaitsConfirmation', since: day(-1) });
    expect(view({ ...worst, askedAt: null })).toEqual({ state: 'failed', since: day(-0.1) });
    expect(view({ ...worst, askedAt: null, run: failed('timedOut') })).toEqual({ state: 'stale', since: day(-30) });
  });

  it('keeps the wish of whoever switched it off, and the end of a binding, above what was going on', () => {
    const old: Partial<FiguresFacts> = { stand: day(-30), run: failed('dataRightMissing') };
    expect(view({ ...old, binding: binding('paused') })).toEqual({ state: 'off', since: day(-2) });
    expect(view({ ...old, binding: binding('severed') }).state).toBe('severed');
    expect(view({ ...old, binding: binding('severed'), askedAt: day(-1) }).state).toBe('awaitsConfirmation');
  });

  it('calls figures stale after the longest pause between two working mornings, and a disturbance until then what it is', () => {
    expect(view({ stand: day(-figuresStaleDays) }).state).toBe('current');
    expect(view({ stand: day(-figuresStaleDays - 0.01) }).state).toBe('stale');
    expect(view({ binding: binding('degraded', 'unavailable') }).state).toBe('disturbed');
    for (const code of ['timedOut', 'unavailable', 'connectionRefused', 'cancelled', 'unexpected'])
      expect(view({ run: failed(code) }).state).toBe('disturbed');
    for (const code of ['clientMissing', 'unauthorised', 'refusedByConnector', 'domainMissing'])
      expect(view({ run: failed(code) }).state).toBe('failed');
  });

  it('asks a person where a colour warns, except for what passes by itself', () => {
    for (const state of figuresStates) {
      const warns = figuresTone[state] === 'bad' || figuresTone[state] === 'warning';
      expect(figuresNeedHand(figuresStepOf[state])).toBe(warns && state !== 'disturbed');
    }
  });
});

describe('who can act', () => {
  const may = (given: Partial<FiguresMay>): FiguresMay => ({
    manage: false,
    bind: false,
    install: false,
    confirm: false,
    ...given,
  });
  it('is the reader with the right for it, else who has it', () => {
    expect(whoCanActOnFigures('startConnector', may({ install: true }))).toBe('you');
    expect(whoCanActOnFigures('startConnector', may({ manage: true }))).toBe('firmAdmin');
    expect(whoCanActOnFigures('test', may({ manage: true }))).toBe('you');
    expect(whoCanActOnFigures('test', may({}))).toBe('eitherAdmin');
    // Whoever gave the first confirmation waits for somebody else.
    expect(whoCanActOnFigures('confirmBinding', may({ manage: true, bind: true, install: true }))).toBe('firmAdmin');
    expect(whoCanActOnFigures('confirmBinding', may({ confirm: true }))).toBe('you');
    expect(whoCanActOnFigures('bindClient', may({ bind: true }))).toBe('you');
    expect(whoCanActOnFigures('wait', may({ manage: true, install: true }))).toBe('nobody');
  });
});
