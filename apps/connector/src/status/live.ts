import { type ConnectorOrderKind, type ProbeCode, probeCodes } from '@bruecke/model';
import type { LinkError } from '../link/linkError.ts';

/** One order as the status page lists it. */
export type SeenOrder = {
  at: string;
  kind: ConnectorOrderKind | 'unknown';
  /** Central GUID of its client; the page shows the number beside it. */
  clientGuid: string | null;
  result: 'running' | 'done' | 'failed' | 'refused' | 'dropped';
  /** Code of a failure or refusal. */
  code: string | null;
  rows: number;
  calls: number;
};

export type PairingState = 'unpaired' | 'unconfirmed' | 'confirmed' | 'revoked';

export type SeenError = { code: string; detail: string | null; at: string };

/** What the running program knows of itself. Changes are written to status.json for `bruecke-connector status`. */
export type Live = {
  version: string;
  startedAt: string;
  pairing: PairingState;
  /** Last answer of the hub, and what keeps it from answering now. */
  hub: { lastAnswerAt: string | null; error: LinkError | null };
  /** What DATEVconnect last said; null: not asked yet. */
  datev: { code: ProbeCode; detail: string | null; at: string } | null;
  /** Newest first, twenty. */
  orders: SeenOrder[];
  /** The last thing that went wrong, on whichever side. */
  lastError: SeenError | null;
  update: string | null;
};

const MOST_ORDERS = 20;

function isOfDatev(code: string): boolean {
  return code === 'datevCertificateWrong' || probeCodes.some((known) => known === code);
}

export type Status = {
  live: () => Readonly<Live>;
  /** Changes some of it. */
  set: (changed: Partial<Live>) => void;
  error: (code: string, detail: string | null) => void;
  /**
   * What the hub should hear with the next sign of life: the oldest error that it was not told yet, else what DATEVconnect is down with. `told`
   * is called when it was heard; the same error appearing once more is then told once more.
   */
  untold: () => { error: { code: string; detail: string | null } | null; told: () => void };
  /** Lists an order; what is returned changes its line. */
  order: (seen: Omit<SeenOrder, 'at'>) => (changed: Partial<SeenOrder>) => void;
};

/** @param changed called after each change */
export function createStatus(version: string, now: () => Date, changed: (live: Live) => void): Status {
  const at = () => now().toISOString();
  // The oldest first, one of a kind: a line that breaks must not keep a refusal from being told.
  let untold: readonly SeenError[] = [];
  let live: Live = {
    version,
    startedAt: at(),
    pairing: 'unpaired',
    hub: { lastAnswerAt: null, error: null },
    datev: null,
    orders: [],
    lastError: null,
    update: null,
  };
  const set = (part: Partial<Live>) => {
    // What is over need not be told any more.
    if (part.datev?.code === 'ok') untold = untold.filter((one) => !isOfDatev(one.code));
    live = { ...live, ...part };
    changed(live);
  };
  return {
    live: () => live,
    set,
    error(code, detail) {
      const seen = { code, detail: detail?.slice(0, 1000) ?? null, at: at() };
      untold = [...untold.filter((one) => one.code !== code), seen];
      set({ lastError: seen });
    },
    untold() {
      const telling = untold[0] ?? null;
      const { datev } = live;
      const down = datev === null || datev.code === 'ok' ? null : datev;
      const found = telling ?? down;
      return {
        error: found === null ? null : { code: found.code, detail: found.detail },
        told: () => {
          untold = untold.filter((one) => one !== telling);
        },
      };
    },
    order(seen) {
      let line: SeenOrder = { ...seen, at: at() };
      set({ orders: [line, ...live.orders].slice(0, MOST_ORDERS) });
      return (part) => {
        const before = line;
        line = { ...line, ...part };
        set({ orders: live.orders.map((one) => (one === before ? line : one)) });
      };
    },
  };
}
