/**
 * The state table of a delivery (Übertragung): one voucher, one target, one run.
 *
 * Besides its phase a delivery carries `maybeThere`: true once an attempt ended without an answer. It is never reset,
 * because a lost answer can have been a success; it decides how DCO01253 is read and what a cut leaves behind.
 *
 * The table is total: every phase names what it does on every event. `stay` means the event changes nothing (a late or
 * repeated one), `refuse` means the asker is told that it is not possible now.
 */
export const deliveryPhases = [
  /** Due, or held back by its connection. Nothing is on the wire. */
  'waiting',
  /** An attempt was recorded; bytes may be on the wire. */
  'sending',
  /** A named person must decide. */
  'question',
  /** Refused by DATEV with a cause; a person can correct it and try again. */
  'failed',
  /** Proven by DATEV's answer; there is a receipt. */
  'arrived',
  /** A person confirmed that the same voucher is already there. No receipt of ours. */
  'settled',
  /** Ended before anything was sent. */
  'cancelled',
  /** Ended by a cut after an attempt without an answer: may be there, must not be repeated. */
  'unresolved',
] as const;
export type DeliveryPhase = (typeof deliveryPhases)[number];

export const deliveryEvents = [
  /** A worker begins an attempt. */
  'claim',
  /** A worker finds that a person has to decide first; nothing is sent. */
  'askFirst',
  /** 201, 409 DCO01012 for our own GUID, or DCO01253 after an unclear attempt. */
  'arrived',
  /** The answer needs a person's decision. */
  'ask',
  /** The answer refuses this voucher for good, until something about it changes. */
  'refuse',
  /** The connection can't carry it now (sign-in lost, right missing, stock gone); it waits for the connection. */
  'hold',
  /** 429, 503 and the like: certainly not taken, to be tried again later. */
  'postpone',
  /** Time-out, cut line, 5xx while processing: may have been taken. */
  'noAnswer',
  /** The worker that claimed it is gone. */
  'lose',
  /** A person asks to try again. */
  'retry',
  /** A person decides a Rückfrage: send it all the same. */
  'sendAnyway',
  /** A person decides a Rückfrage: it is there already. */
  'confirmThere',
  /** Ended by a cut or by a person, and nothing of it can be there. */
  'cancel',
  /** Ended by a cut, and it may be there. */
  'abandon',
] as const;
export type DeliveryEvent = (typeof deliveryEvents)[number];

export type DeliveryCell = DeliveryPhase | 'stay' | 'refused';

const stay = 'stay';
const refused = 'refused';

export const deliveryTable: Record<DeliveryPhase, Record<DeliveryEvent, DeliveryCell>> = {
  waiting: {
    claim: 'sending',
    askFirst: 'question',
    // A late answer of an attempt that was believed lost is a proof all the same.
    arrived: 'arrived',
    ask: stay,
    refuse: stay,
    hold: stay,
    postpone: stay,
    noAnswer: stay,
    lose: stay,
    retry: stay,
    sendAnyway: refused,
    confirmThere: refused,
    cancel: 'cancelled',
    abandon: 'unresolved',
  },
  sending: {
    claim: refused,
    askFirst: refused,
    arrived: 'arrived',
    ask: 'question',
    refuse: 'failed',
    hold: 'waiting',
    postpone: 'waiting',
    noAnswer: 'waiting',
    lose: 'waiting',
    retry: refused,
    sendAnyway: refused,
    confirmThere: refused,
    // The answer on its way decides; the one who records it looks at the connection again.
    cancel: stay,
    abandon: stay,
  },
  question: {
    claim: refused,
    askFirst: refused,
    arrived: 'arrived',
    ask: stay,
    refuse: stay,
    hold: stay,
    postpone: stay,
    noAnswer: stay,
    lose: stay,
    retry: refused,
    sendAnyway: 'waiting',
    confirmThere: 'settled',
    cancel: 'cancelled',
    abandon: 'unresolved',
  },
  failed: {
    claim: refused,
    askFirst: refused,
    arrived: 'arrived',
    ask: stay,
    refuse: stay,
    hold: stay,
    postpone: stay,
    noAnswer: stay,
    lose: stay,
    retry: 'waiting',
    sendAnyway: refused,
    confirmThere: refused,
    cancel: 'cancelled',
    abandon: 'unresolved',
  },
  arrived: final('stay'),
  settled: final('arrived'),
  cancelled: final('arrived'),
  unresolved: final('arrived'),
};

/** An ended run takes no event but the late proof that it arrived. */
function final(onArrived: DeliveryCell): Record<DeliveryEvent, DeliveryCell> {
  return {
    claim: refused,
    askFirst: refused,
    arrived: onArrived,
    ask: stay,
    refuse: stay,
    hold: stay,
    postpone: stay,
    noAnswer: stay,
    lose: stay,
    retry: refused,
    sendAnyway: refused,
    confirmThere: refused,
    cancel: stay,
    abandon: stay,
  };
}

export type DeliveryState = { phase: DeliveryPhase; maybeThere: boolean };

/** What an event makes of a delivery. `changed` is false for `stay`; a refused event leaves the state as it was. */
export function nextDelivery(
  state: DeliveryState,
  event: DeliveryEvent,
): { state: DeliveryState; changed: boolean; refused: boolean } {
  const cell = deliveryTable[state.phase][event];
  const maybeThere = state.maybeThere || ((event === 'noAnswer' || event === 'lose') && state.phase === 'sending');
  if (cell === 'refused') return { state, changed: false, refused: true };
  if (cell === 'stay') return { state, changed: false, refused: false };
  return { state: { phase: cell, maybeThere }, changed: true, refused: false };
}

/**
 * Whether a person may say of a Rückfrage that the voucher is there already: only where it can be. A refusal for any other cause says
 * that DATEV has not taken it.
 */
export function canBeThere({ maybeThere, cause }: { maybeThere: boolean; cause: string | null }): boolean {
  return maybeThere || cause === 'duplicateFile';
}

/** Phases of a run that is not over: at most one such run per voucher over all targets. */
export const unfinishedPhases = [
  'waiting',
  'sending',
  'question',
  'failed',
] as const satisfies readonly DeliveryPhase[];

/** The event that a cut means for a delivery. */
export function cutEvent(state: DeliveryState): 'cancel' | 'abandon' {
  return state.maybeThere ? 'abandon' : 'cancel';
}
