import { describe, expect, it } from 'vitest';
import { type ConnectionFacts, connectionStates, connectionView, mayForward } from './connectionState.ts';

const now = '2026-11-24T10:00:00.000Z';
const day = (days: number) => new Date(Date.parse(now) + days * 86_400_000).toISOString();
const healthy: ConnectionFacts = {
  switch: { on: true, since: day(-100), by: 'p' },
  authorisation: { state: 'valid', since: day(-100), until: day(600), by: 'p' },
  setup: { state: 'ready', since: day(-1) },
  reachability: { state: 'up', since: day(-1) },
  engagement: { state: 'open' },
  lastSuccessAt: day(-1),
};
const view = (facts: Partial<ConnectionFacts>) => connectionView({ ...healthy, ...facts }, now);

describe('the state of a connection', () => {
  it('is called active only after a real call for this Mandant succeeded', () => {
    expect(view({}).state).toBe('active');
    expect(view({ lastSuccessAt: null }).state).toBe('connecting');
    expect(view({ authorisation: { state: 'none' }, lastSuccessAt: null }).state).toBe('not_set_up');
  });

  it('follows the written precedence, and lists what the shown state hides', () => {
    const worst = view({
      engagement: { state: 'ended', since: day(-1) },
      switch: { on: false, since: day(-2), by: 'p' },
      authorisation: { state: 'valid', since: day(-100), until: day(10), by: 'p' },
      setup: { state: 'findings', since: day(-1), blocking: true },
      reachability: { state: 'down', since: day(-1), reason: '503' },
    });
    expect([worst.state, ...worst.hidden]).toEqual([
      'severed',
      'paused',
      'misconfigured',
      'degraded',
      'expiring',
      'active',
    ]);
    const order = [worst.state, ...worst.hidden].map((state) => connectionStates.indexOf(state));
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  it('asks for a renewal thirty days before the end, and for a new sign-in at the end', () => {
    const until = (end: string) =>
      view({ authorisation: { state: 'valid', since: day(-100), until: end, by: 'p' } }).state;
    expect(until(day(31))).toBe('active');
    expect(until(day(30))).toBe('expiring');
    expect(until(now)).toBe('needs_reauth');
    expect(view({ authorisation: { state: 'lost', since: day(-1), reason: 'refused' } })).toMatchObject({
      state: 'needs_reauth',
      reason: 'refused',
    });
  });

  it('forwards while it is active, about to expire or disturbed, and never otherwise', () => {
    for (const state of connectionStates) {
      const expected = state === 'active' || state === 'expiring' || state === 'degraded';
      expect(mayForward({ state, since: null, by: null, reason: null, hidden: [] })).toBe(expected);
    }
  });
});
