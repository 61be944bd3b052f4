import type { AnswerOf, api } from '@bruecke/contract';
import { type ConnectionView, type Id, nextStepOf } from '@bruecke/model';
import { sql } from 'kysely';
import type { Tx } from '../../db/withTenant.ts';
import { type ConnectionRow, type GrantRow, readGrant, viewOf } from '../connectionHealth/index.ts';

export type ConnectionAnswer = AnswerOf<typeof api.connections.page>['connections'][number];

/** A connection as the page Verbindungen shows it. */
export async function connectionAnswer(
  tx: Tx,
  row: ConnectionRow,
  now: Date,
  mayManage: boolean,
): Promise<ConnectionAnswer> {
  const grant = await readGrant(tx, row.mandant_id, row.id);
  const view = viewOf(row, grant, now);
  const [counts, names] = [await countDeliveries(tx, row), await namesOf(tx, [view.by, grant?.granted_by ?? null])];
  return {
    id: row.id,
    channel: 'belegbilderservice',
    state: view.state,
    since: view.since,
    by: view.by ? (names.get(view.by) ?? null) : null,
    reason: view.reason,
    hidden: view.hidden,
    switchedOn: row.switched_on,
    authorisation: authorisationOf(grant, names, now),
    dataset: datasetOf(row),
    findings: row.findings.map((finding) => finding as ConnectionAnswer['findings'][number]),
    checkedAt: row.checked_at?.toISOString() ?? null,
    lastSuccessAt: row.last_success_at?.toISOString() ?? null,
    ...counts,
    nextStep: nextStepOf[view.state],
    whoCanAct: whoCanAct(view, row, mayManage),
  };
}

function whoCanAct(view: ConnectionView, row: ConnectionRow, mayManage: boolean): ConnectionAnswer['whoCanAct'] {
  if (view.state === 'degraded') return 'nobody';
  if (view.state === 'misconfigured')
    return row.findings.some((finding) => finding.code === 'appNotAllowed') ? 'operator' : 'firmAdmin';
  return mayManage ? 'you' : 'eitherAdmin';
}

function authorisationOf(
  grant: GrantRow | null,
  names: ReadonlyMap<Id, string>,
  now: Date,
): ConnectionAnswer['authorisation'] {
  if (!grant) return null;
  return {
    personName: grant.person_name,
    medium: grant.medium,
    consentedAt: grant.consented_at.toISOString(),
    validUntil: grant.refresh_expires_at.toISOString(),
    valid: grant.state === 'valid' && grant.refresh_expires_at > now,
    by: grant.granted_by ? (names.get(grant.granted_by) ?? null) : null,
  };
}

function datasetOf(row: ConnectionRow): ConnectionAnswer['dataset'] {
  return {
    consultantNumber: row.consultant_number,
    mandantNumber: row.mandant_number,
    companyName: row.company_name,
    documentTypes: row.dataset.documentTypes ?? [],
    allowedExtensions: row.dataset.allowedExtensions ?? [],
    belegeOnline: row.dataset.belegeOnline ?? null,
    readAt: row.dataset_read_at?.toISOString() ?? null,
  };
}

async function countDeliveries(tx: Tx, row: ConnectionRow) {
  const { rows } = await sql<{ waiting: number; questions: number; errors: number; delivered: number }>`
    select count(*) filter (where phase in ('waiting', 'sending')) as waiting, count(*) filter (where phase = 'question') as questions,
           count(*) filter (where phase = 'failed') as errors,
           (select count(*) from vouchers where mandant_id = ${row.mandant_id} and status = 'delivered') as delivered
      from deliveries
     where mandant_id = ${row.mandant_id} and connection_id = ${row.id} and ended_at is null`.execute(tx);
  return rows[0] ?? { waiting: 0, questions: 0, errors: 0, delivered: 0 };
}

async function namesOf(tx: Tx, ids: readonly (Id | null)[]): Promise<Map<Id, string>> {
  const wanted = ids.filter((id) => id !== null);
  if (wanted.length === 0) return new Map();
  const rows = await tx.selectFrom('users').select(['id', 'name']).where('id', 'in', wanted).execute();
  return new Map(rows.map((row) => [row.id, row.name]));
}
