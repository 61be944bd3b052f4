import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  cutEvent,
  type DeliveryState,
  deliveryEvents,
  deliveryPhases,
  deliveryTable,
  nextDelivery,
} from './deliveryTable.ts';

const events = fc.array(fc.constantFrom(...deliveryEvents), { maxLength: 40 });
const start: DeliveryState = { phase: 'waiting', maybeThere: false };
const run = (list: readonly (typeof deliveryEvents)[number][]) =>
  list.reduce((state, event) => nextDelivery(state, event).state, start);

describe('the state table of a delivery', () => {
  it('is total', () => {
    for (const phase of deliveryPhases)
      for (const event of deliveryEvents) expect(deliveryTable[phase][event]).toBeDefined();
  });

  it('never forgets an arrival, nor that an attempt ended without an answer', () => {
    fc.assert(
      fc.property(events, events, (before, after) => {
        const state = run(before);
        const later = after.reduce((one, event) => nextDelivery(one, event).state, state);
        if (state.phase === 'arrived') expect(later.phase).toBe('arrived');
        if (state.maybeThere) expect(later.maybeThere).toBe(true);
      }),
    );
  });

  it('takes the proof of an arrival in every phase', () => {
    for (const phase of deliveryPhases)
      expect(nextDelivery({ phase, maybeThere: true }, 'arrived').state.phase).toBe('arrived');
  });

  it('ends by a cut as cancelled only where nothing of it can be there', () => {
    fc.assert(
      fc.property(events, (list) => {
        const state = run(list);
        if (!['waiting', 'question', 'failed'].includes(state.phase)) return;
        expect(nextDelivery(state, cutEvent(state)).state.phase).toBe(state.maybeThere ? 'unresolved' : 'cancelled');
      }),
    );
  });
});
