import {
  type Answer,
  type DatevSession,
  echo,
  type FailureKind,
  getClient,
  getCurrentUser,
  getDmsFeature,
  listAccountPostings,
  listClients,
  listDomains,
  listFiscalYears,
  type Operation,
} from '@bruecke/datevconnect';
import { type ProbeCode, type ProbeRow, probeCodes } from '@bruecke/model';
import { type Problem, problemAtEnd, problemOf } from './problem.ts';

/** How the network says no: then nobody was there to ask further. */
const notReached: readonly FailureKind[] = [
  'connectionRefused',
  'connectionReset',
  'unreachable',
  'certificateWrong',
  'timedOut',
];
/** After these every further call would be answered the same way. */
const hopeless: readonly ProbeCode[] = ['unauthorised', 'handshakeRefused', 'notAcceptable'];

/**
 * The doctor's chain (onprem.md A.6): reachable → echo → domains → identity → clients → this client → its account postings on one
 * day → document management. Each step is a row; it ends early where the rest could only repeat the same answer.
 *
 * @param client the client to look at, and whether it is released on this machine; null: none
 */
export async function* probe(
  datev: DatevSession,
  client: { readonly guid: string; readonly released: boolean } | null,
): AsyncGenerator<ProbeRow[], null, undefined> {
  const echoed = await echo(datev);
  if (!echoed.ok && notReached.includes(echoed.failure.kind)) {
    yield [row('reachable', problemOf('echo', echoed.failure))];
    return null;
  }
  const heard = judged('echo', 'echo', echoed);
  yield [row('reachable', null), heard];
  if (hopeless.includes(heard.code)) return null;

  const domains = await listDomains(datev);
  if (domains.ok) {
    const names = domains.value.map(({ name, version }) => `${name} ${version}`).join(', ');
    const accounting = domains.value.some(({ name }) => name === 'accounting');
    yield [{ row: 'probe', step: 'domains', code: accounting ? 'ok' : 'domainMissing', detail: names }];
  } else yield [judged('domains', 'domains', domains)];

  const user = await getCurrentUser(datev);
  yield [
    user.ok && !user.value.active
      ? row('identity', { code: 'unauthorised', detail: `${user.value.displayName}: inactive` })
      : { ...judged('identity', 'currentUser', user), ...(user.ok ? { detail: user.value.displayName || null } : {}) },
  ];

  yield [await clientsStep(datev)];
  if (client !== null) yield* clientSteps(datev, client);
  yield [judged('dms', 'dmsInfo', await getDmsFeature(datev))];
  return null;
}

async function clientsStep(datev: DatevSession): Promise<ProbeRow> {
  const list = listClients(datev, 1);
  let next = await list.next();
  while (!next.done) next = await list.next();
  const problem = problemAtEnd('clients', next.value);
  if (problem !== null || !next.value.ok) return row('clients', problem);
  const [message] = next.value.messages;
  if (message === undefined) return row('clients', null);
  return row('clients', { code: 'partialClients', detail: `${message.id} · ${message.description}`.slice(0, 900) });
}

async function* clientSteps(
  datev: DatevSession,
  client: { readonly guid: string; readonly released: boolean },
): AsyncGenerator<ProbeRow[], void, undefined> {
  if (!client.released) {
    yield [row('client', { code: 'clientNotReleased', detail: client.guid })];
    return;
  }
  const found = judged('client', 'client', await getClient(datev, client.guid));
  yield [found];
  if (found.code !== 'ok') return;

  const years: { id: string; begin: string }[] = [];
  const list = listFiscalYears(datev, client.guid);
  let next = await list.next();
  for (; !next.done; next = await list.next()) years.push(...next.value);
  const problem = problemAtEnd('fiscalYears', next.value);
  if (problem !== null) yield [row('client', problem)];
  const newest = years.toSorted((a, b) => a.begin.localeCompare(b.begin)).at(-1);
  if (newest !== undefined) yield [await postingsStep(datev, client.guid, newest)];
}

/** One day of postings: enough to learn whether the paid licence is there. */
async function postingsStep(
  datev: DatevSession,
  clientId: string,
  year: { id: string; begin: string },
): Promise<ProbeRow> {
  const key = { clientId, fiscalYearId: year.id };
  const list = listAccountPostings(datev, key, { from: year.begin, to: year.begin });
  let next = await list.next();
  while (!next.done) next = await list.next();
  return row('postings', problemAtEnd('accountPostings', next.value));
}

function judged(step: ProbeRow['step'], operation: Operation, answer: Answer<unknown>): ProbeRow {
  return row(step, answer.ok ? null : problemOf(operation, answer.failure));
}

function row(step: ProbeRow['step'], problem: Problem | null): ProbeRow {
  if (problem === null) return { row: 'probe', step, code: 'ok', detail: null };
  const code = probeCodes.find((known) => known === problem.code) ?? 'unexpected';
  return { row: 'probe', step, code, detail: problem.detail };
}
