import { type ConnectionFacts, type Id, type ProbeCode, probeWeight, whoCanActOnFigures } from '@bruecke/model';
import { sql } from 'kysely';
import { type FirmSide, inMandant, readFirmSide, type Seen } from '../../../access/index.ts';
import type { Ctx } from '../../../context.ts';
import type { Tx } from '../../../db/withTenant.ts';
import { bindingFacts, type ConnectionRow, connectionFacts, unboundFacts } from '../../connectionHealth/index.ts';
import { type ConnectorRow, errorOf, isSilent, namesOf, probeKey, stateOf } from '../../connectors/index.ts';
import { type Card, nextStepOf, viewOfBinding } from './cardState.ts';
import { readRefusedYears } from './readRefusedYears.ts';
import { readWork } from './readWork.ts';

/** Everything the card DATEVconnect shows, as far as the person may see it. */
export function readCard(ctx: Ctx, input: { mandantId: Id }): Promise<Card> {
  return inMandant(ctx, input.mandantId, 'read', (tx, seen) => cardNow(tx, ctx, seen));
}

/** The card in an open transaction: the answer of whatever changed it. */
export async function cardNow(tx: Tx, ctx: Ctx, seen: Seen): Promise<Card> {
  const { mandantId } = seen;
  const now = ctx.now();
  const binding = await newestBinding(tx, mandantId);
  const side = await readFirmSide(tx, ctx, seen);
  const living = binding && !binding.severed_at ? binding : null;
  const connector = await readConnector(tx, living?.connector_id ?? null, side.firmId);
  const request = await readRequest(tx, ctx, mandantId, side);
  const facts = factsOf(binding, living ? connector : null, request?.at ?? null, now);
  const view = viewOfBinding(facts, now);
  const steps = {
    ...(await readSteps(tx, mandantId)),
    reached: connector !== null && wasReached(connector),
    bound: living !== null,
    working: living?.last_success_at != null,
  };
  const { work, testing } = await readWork(tx, mandantId, probeKey(mandantId));
  const names = await namesOf(tx, [view.by, ...(living?.numbers_confirmed_by ?? [])]);
  const findings = living ? [...living.findings.map(findingOf), ...(await readRefusedYears(tx, living))] : [];
  const nextStep = nextStepOf(view, steps, { requested: request !== null, findings });
  const mayManage = seen.rights.includes('connections');
  const may = {
    manage: mayManage,
    bind: mayManage && side.firmId !== null,
    install: side.admin,
    confirm: request?.answer.mayConfirm ?? false,
  };
  return {
    connectionId: binding?.id ?? null,
    state: view.state,
    since: view.since,
    by: view.by && (names.get(view.by) ?? null),
    reason: view.reason,
    hidden: view.hidden,
    switchedOn: living?.switched_on ?? false,
    steps,
    connector: connector && {
      id: connector.id,
      machine: connector.machine,
      os: connector.os,
      version: connector.version,
      fingerprint: connector.fingerprint,
      state: stateOf(connector),
      lastSeenAt: connector.last_seen_at?.toISOString() ?? null,
      silent: isSilent(connector, now),
      lastError: errorFor(side, errorOf(connector)),
    },
    client: binding && {
      companyName: binding.company_name,
      consultantNumber: binding.consultant_number,
      mandantNumber: binding.mandant_number,
      numbersConfirmedBy: binding.numbers_confirmed_by.flatMap((id) => names.get(id) ?? []),
    },
    request: request?.answer ?? null,
    findings,
    checkedAt: living?.checked_at?.toISOString() ?? null,
    lastSuccessAt: binding?.last_success_at?.toISOString() ?? null,
    testing,
    work,
    nextStep,
    whoCanAct: whoCanActOnFigures(nextStep, may),
    mayManage,
    mayBind: may.bind,
    mayInstall: may.install,
    firmId: side.firmId,
  };
}

/** Of the living binding, else of the last severed. */
function factsOf(
  binding: ConnectionRow | null,
  connector: ConnectorRow | null,
  asked: Date | null,
  now: Date,
): ConnectionFacts {
  if (!binding) return unboundFacts(asked?.toISOString() ?? null, now.toISOString());
  const own = connectionFacts(binding, null);
  if (binding.severed_at) return own;
  const seenAt = connector && (connector.last_seen_at ?? connector.paired_at);
  return bindingFacts(
    own,
    { at: binding.created_at.toISOString(), by: binding.created_by },
    {
      revokedAt: connector?.revoked_at?.toISOString() ?? null,
      silentSince: connector && isSilent(connector, now) ? (seenAt?.toISOString() ?? null) : null,
    },
  );
}

/** One connector serves all Mandanten of a firm: what its program says in words may be about another one, so only who looks after it reads that. */
function errorFor<Told extends { detail: string | null }>(side: FirmSide, told: Told | null): Told | null {
  return told && { ...told, detail: side.admin ? told.detail : null };
}

async function newestBinding(tx: Tx, mandantId: Id): Promise<ConnectionRow | null> {
  const row = await tx
    .selectFrom('connections')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'datevconnect')
    .orderBy(sql`severed_at is not null`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row ?? null;
}

/** The one behind the binding; without one the firm's newest that is not revoked, which only the firm's people see. */
async function readConnector(tx: Tx, boundId: Id | null, firmId: Id | null): Promise<ConnectorRow | null> {
  const query = tx.selectFrom('connectors').selectAll();
  if (boundId) return (await query.where('id', '=', boundId).executeTakeFirst()) ?? null;
  if (!firmId) return null;
  const newest = query.where('firm_id', '=', firmId).where('revoked_at', 'is', null);
  return (await newest.orderBy('paired_at', 'desc').limit(1).executeTakeFirst()) ?? null;
}

/** Its list of clients came, or nothing that its probe found is in the way. */
function wasReached({ clients_read_at, findings }: ConnectorRow): boolean {
  if (clients_read_at) return true;
  const weights = findings.map(({ code }) => probeWeight[findingCode(code)]);
  return weights.length > 0 && !weights.includes('blocking') && !weights.includes('unreachable');
}

async function readSteps(tx: Tx, mandantId: Id): Promise<Pick<Card['steps'], 'paired' | 'confirmed' | 'released'>> {
  const { rows } = await sql<{ paired: boolean; confirmed: boolean; released: boolean }>`
    select * from connector_steps(${mandantId}::uuid)`.execute(tx);
  return rows[0] ?? { paired: false, confirmed: false, released: false };
}

async function readRequest(tx: Tx, ctx: Ctx, mandantId: Id, side: FirmSide) {
  const row = await tx
    .selectFrom('binding_requests')
    .selectAll()
    .where('mandant_id', '=', mandantId)
    .where('confirmed_at', 'is', null)
    .where('withdrawn_at', 'is', null)
    .executeTakeFirst();
  if (!row) return null;
  const names = await namesOf(tx, [row.asked_by]);
  return {
    at: row.asked_at,
    answer: {
      id: row.id,
      companyName: row.company_name,
      consultantNumber: row.consultant_number,
      mandantNumber: row.mandant_number,
      askedBy: names.get(row.asked_by) ?? null,
      askedAt: row.asked_at.toISOString(),
      mayConfirm: side.admin && row.asked_by !== ctx.caller.userId,
    },
  };
}

function findingOf({ code, severity, detail }: ConnectionRow['findings'][number]): Card['findings'][number] {
  return { code: findingCode(code), severity, detail };
}

/** Written by the probe's receiver, with its codes. */
const findingCode = (code: string) => code as ProbeCode;
