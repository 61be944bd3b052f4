import type { DeliveryPhase } from '@bruecke/model';
import type { Stage } from './person.ts';

export type Verdict = {
  runs: number;
  /** Not arrived, and nobody is waiting for anybody. */
  lost: number;
  /** A voucher's bytes stand more than once in one client's store. */
  twice: number;
  /** What the state says and what DATEV's store holds contradict each other, or a call broke a rule. */
  unresolved: number;
  /** Waiting for a named person. */
  asked: number;
  byPhase: Record<string, number>;
  details: string[];
};

/**
 * Never more than one refresh token of a client that DATEV would still take (requirement G-08). Not counted is what nobody here
 * can know of: DATEV has given a new pair for a refresh, and the process died before it was saved.
 */
export function expectOneRefreshToken(stage: Stage): void {
  const living = new Map<string, number>();
  for (const session of stage.sandbox.control.sessions({ mode: 'long-term' })) {
    if (stage.unheard.has(session.id)) continue;
    const client = session.boundTo ?? '';
    living.set(client, (living.get(client) ?? 0) + session.refreshTokens);
  }
  for (const count of living.values())
    if (count > 1) stage.tally.wrong('a client with two living refresh tokens at DATEV');
}

/** Compares every delivery with DATEV's own store, which was counted apart from everything we recorded. */
export async function judge(stage: Stage): Promise<Verdict> {
  expectOneRefreshToken(stage);
  const rows = await stage.db.sql<{
    id: string;
    guid: string;
    phase: DeliveryPhase;
    maybe_there: boolean;
    receipts: number;
    untold: number;
    held: boolean;
  }>(
    `select d.id, d.guid, d.phase, d.maybe_there, (select count(*)::int from receipts r where r.mandant_id = d.mandant_id and r.delivery_id = d.id) as receipts,
            d.attempts - (select count(*)::int from delivery_attempts a where a.mandant_id = d.mandant_id and a.delivery_id = d.id) as untold,
            c.severed_at is not null as held
       from deliveries d join connections c on c.mandant_id = d.mandant_id and c.id = d.connection_id order by d.id`,
  );
  const verdict: Verdict = { runs: rows.length, lost: 0, twice: 0, unresolved: 0, asked: 0, byPhase: {}, details: [] };
  const note = (kind: 'lost' | 'unresolved', text: string) => {
    verdict[kind] += 1;
    if (verdict.details.length < 20) verdict.details.push(text);
  };
  for (const row of rows) {
    verdict.byPhase[row.phase] = (verdict.byPhase[row.phase] ?? 0) + 1;
    const there = stage.arrivals.byGuid.get(row.guid) ?? 0;
    const say = `${row.phase}, ${there} at DATEV, ${row.receipts} receipts, delivery ${row.id}`;
    if (row.untold !== 0) note('unresolved', `${say}: ${row.untold} attempts of which nothing is told`);
    if (row.phase === 'arrived' && there === 0) note('lost', say);
    else if (row.phase === 'arrived' && row.receipts !== 1) note('unresolved', say);
    else if (row.phase !== 'arrived' && row.receipts > 0) note('unresolved', say);
    else if (row.phase === 'waiting' || row.phase === 'sending') note('lost', say);
    else if (row.phase === 'failed' || row.phase === 'question') {
      verdict.asked += 1;
      // In the end everything refused was tried once more without faults: what is there must be known to be.
      if (there > 0 && (row.phase === 'failed' || !row.maybe_there)) note('unresolved', say);
    } else if (row.phase === 'cancelled' && there > 0) note('unresolved', say);
  }
  for (const count of stage.arrivals.byContent.values()) if (count > 1) verdict.twice += 1;
  for (const [what, count] of stage.tally.wrongs()) {
    verdict.unresolved += count;
    verdict.details.push(`${count} × ${what}`);
  }
  return verdict;
}

/** A voucher that is acknowledged has its job; looked at right after each hand-in, before anything can heal it. */
export async function expectJobs(stage: Stage, mandantId: string): Promise<void> {
  const [row] = await stage.db.sql<{ count: number }>(
    `select count(*)::int as count from deliveries d where d.mandant_id = $1 and d.phase = 'waiting' and d.attempts = 0
       and not exists (select from graphile_worker._private_jobs j where j.key = 'deliver:' || d.id)`,
    [mandantId],
  );
  for (let index = 0; index < (row?.count ?? 0); index += 1)
    stage.tally.wrong('a delivery was acknowledged without its job');
}
