import { type DatasetFacts, type Finding, type Preflight, preflight } from '@bruecke/channels/vouchers-to-duo/channel';
import type { DatevFailure, DatevOnlineSettings, Exchange } from '@bruecke/datev-online';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { StoredDataset, StoredFinding } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import {
  datevRuntime,
  type FreshToken,
  freshAccessToken,
  noteAcceptedToken,
  noteRefusedToken,
  writeTechnicalLog,
} from '../grants/index.ts';
import { readConnection } from './facts.ts';
import { noteFailure, noteSuccess, resumeForwarding } from './health.ts';

/** One check serves all uploads of a connection for this long (requirement D-05; G-34: a healthy ratio of reads to uploads). */
export const checkValidMs = 10 * 60_000;
const checkLeaseMs = 90_000;

export type CheckResult =
  /** Sending may begin. */
  | { kind: 'ready' }
  /** Someone has to act; the connection's row says who and what. */
  | { kind: 'blocked' }
  /** DATEV can't be asked now: the connection is held, and its probe goes on from there. */
  | { kind: 'held' }
  /** Another one is checking, or DATEV did not answer this once. */
  | { kind: 'later'; at: Date };

/**
 * The doctor (Einrichtung prüfen): a real call for this Mandant, its document types and file types, before a batch of
 * uploads, at each switch-on and on "Testen". Never by the clock without cause (requirement G-33).
 */
export async function checkConnection(
  services: Services,
  settings: DatevOnlineSettings,
  input: { mandantId: Id; connectionId: Id; force: boolean },
): Promise<CheckResult> {
  const { mandantId, connectionId } = input;
  for (;;) {
    const claimed = await claimCheck(services, input);
    if (claimed.kind !== 'claimed') return claimed;
    const token = await freshAccessToken(services, settings, mandantId, connectionId);
    if (token.kind !== 'ready') return tokenMissing(services, input, token);
    const exchanges: Exchange[] = [];
    const session = { settings, runtime: datevRuntime(services, exchanges), accessToken: token.accessToken };
    const found = await preflight(session, { dataset: claimed.dataset, today: germanDay(services.now()) });
    const result = await services.withTenant({ as: 'job', mandantId }, async (tx) => {
      await writeTechnicalLog(tx, services, exchanges);
      return record(tx, services, { ...input, checkedAt: claimed.checkedAt, accessToken: token.accessToken, found });
    });
    if (result) return result;
  }
}

type Claim =
  | CheckResult
  | { kind: 'claimed'; checkedAt: Date | null; dataset: { consultantNumber: number; mandantNumber: number } };

async function claimCheck(
  services: Services,
  input: { mandantId: Id; connectionId: Id; force: boolean },
): Promise<Claim> {
  const now = services.now();
  return services.withTenant({ as: 'job', mandantId: input.mandantId }, async (tx) => {
    const found = await readConnection(tx, input.mandantId, input.connectionId, 'update');
    if (!found || found.row.severed_at) return { kind: 'blocked' };
    const { row } = found;
    if (!input.force && isFresh(row, now)) return { kind: 'ready' };
    // An upload may have found it since this was asked for; what puts it right is told by a test.
    if (!input.force && row.setup_blocking) return { kind: 'blocked' };
    if (!input.force && row.check_lease_until && row.check_lease_until > now)
      return { kind: 'later', at: new Date(now.getTime() + 2_000) };
    await tx
      .updateTable('connections')
      .set({ check_lease_until: new Date(now.getTime() + checkLeaseMs) })
      .where('mandant_id', '=', input.mandantId)
      .where('id', '=', input.connectionId)
      .execute();
    const dataset = { consultantNumber: row.consultant_number, mandantNumber: row.mandant_number };
    return { kind: 'claimed', checkedAt: row.checked_at, dataset };
  });
}

/** Whether the last check still serves. */
export function isFresh(row: { setup: string; checked_at: Date | null }, now: Date): boolean {
  return row.setup === 'ready' && row.checked_at !== null && now.getTime() - row.checked_at.getTime() < checkValidMs;
}

/**
 * Null means: once more, with a refreshed token, or because somebody else has found something since the calls began: with another
 * person's consent, say, about which these answers say nothing.
 */
async function record(
  tx: Tx,
  services: Services,
  input: { mandantId: Id; connectionId: Id; checkedAt: Date | null; accessToken: string; found: Preflight },
): Promise<CheckResult | null> {
  const { mandantId, connectionId, checkedAt, accessToken, found } = input;
  const at = services.now();
  const change = tx.updateTable('connections').where('mandant_id', '=', mandantId).where('id', '=', connectionId);
  const findings = JSON.stringify(found.findings.map(storedFinding));
  if (found.verdict === 'unavailable') {
    await change.set({ check_lease_until: null }).execute();
    const after = await noteFailure(tx, {
      mandantId,
      connectionId,
      at,
      reason: found.failure?.code ?? found.failure?.kind ?? 'unavailable',
      askedSeconds: found.failure?.retryAfterSeconds ?? null,
    });
    return after.held ? { kind: 'held' } : { kind: 'later', at: after.retryAt };
  }
  if (found.verdict === 'accessRefused' || found.verdict === 'signInLost') {
    const reason = found.verdict === 'accessRefused' ? 'accessRefused' : 'scopeMissing';
    const refused = await noteRefusedToken(tx, services, { mandantId, connectionId, accessToken, reason });
    if (refused === 'again') {
      await change.set({ check_lease_until: null }).execute();
      return null;
    }
    await change.set({ check_lease_until: null, findings, checked_at: at }).execute();
    return { kind: 'blocked' };
  }
  const blocked = found.verdict === 'blocked';
  const changed = await change
    .set({
      ...(found.dataset
        ? {
            dataset: JSON.stringify(storedDataset(found.dataset)),
            dataset_read_at: at,
            company_name: found.dataset.companyName,
          }
        : {}),
      setup: found.findings.some((finding) => finding.severity !== 'ok') && blocked ? 'findings' : 'ready',
      setup_blocking: blocked,
      findings,
      checked_at: at,
      check_lease_until: null,
    })
    .where('checked_at', 'is not distinct from', checkedAt)
    .returning('id')
    .executeTakeFirst();
  if (!changed) return null;
  await noteAcceptedToken(tx, mandantId, connectionId);
  if (blocked) return { kind: 'blocked' };
  if (await noteSuccess(tx, mandantId, connectionId, at)) await resumeForwarding(tx, mandantId, connectionId);
  return { kind: 'ready' };
}

async function tokenMissing(
  services: Services,
  input: { mandantId: Id; connectionId: Id },
  token: Exclude<FreshToken, { kind: 'ready' }>,
): Promise<CheckResult> {
  const { mandantId, connectionId } = input;
  await services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .updateTable('connections')
      .set({ check_lease_until: null })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', connectionId)
      .execute(),
  );
  if (token.kind === 'none') return { kind: 'blocked' };
  if (!token.failure) return { kind: 'later', at: token.at };
  const after = await noteTokenFailure(services, input, token.failure);
  return after.held ? { kind: 'held' } : { kind: 'later', at: after.retryAt };
}

/** The token could not be refreshed now, so nothing can be sent: a failure of the connection like any other. */
export function noteTokenFailure(
  services: Services,
  input: { mandantId: Id; connectionId: Id },
  failure: DatevFailure,
): Promise<{ held: boolean; retryAt: Date }> {
  return services.withTenant({ as: 'job', mandantId: input.mandantId }, (tx) =>
    noteFailure(tx, {
      ...input,
      at: services.now(),
      reason: failure.code ?? failure.kind,
      askedSeconds: failure.retryAfterSeconds,
    }),
  );
}

function storedFinding(finding: Finding): StoredFinding {
  return { code: finding.code, severity: finding.severity, helpUrl: finding.helpUrl, detail: finding.detail };
}

function storedDataset(facts: DatasetFacts): StoredDataset {
  return {
    documentTypes: facts.documentTypes.map((type) => ({
      name: type.name,
      category: type.category ?? '',
      debitCredit: type.debitCredit,
    })),
    allowedExtensions: [...facts.allowedExtensions],
    belegeOnline: facts.belegeOnline,
  };
}

/** Today in Germany, YYYY-MM-DD: fiscal years are German days. */
export function germanDay(now: Date): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(now);
}
