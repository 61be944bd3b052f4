import { type Problem, problemOf } from '@bruecke/channels/figures-from-datevconnect/channel';
import { type AccountingClient, listClients } from '@bruecke/datevconnect';
import { createDatev } from '../datev/openDatev.ts';
import { readReleased, releaseClients, withdrawClient } from '../store/released.ts';
import type { World } from '../world.ts';
import { printable, tellFinding } from './findings.ts';
import type { ExitCode, Terminal } from './terminal.ts';

type Found = { ok: true; clients: AccountingClient[]; partial: string | null } | { ok: false; problem: Problem };

/** What DATEVconnect offers to this machine's user, by number. */
async function findClients(world: World): Promise<Found> {
  const datev = createDatev(world);
  try {
    const opened = await datev.open();
    if (opened === null) return { ok: false, problem: { code: 'unexpected', detail: 'notSetUp' } };
    const clients: AccountingClient[] = [];
    const list = listClients(opened.session(AbortSignal.timeout(300_000)));
    let next = await list.next();
    for (; !next.done; next = await list.next()) clients.push(...next.value);
    if (!next.value.ok) return { ok: false, problem: problemOf('clients', next.value.failure) };
    const [message] = next.value.messages;
    clients.sort((a, b) => a.number.localeCompare(b.number, 'de', { numeric: true }));
    return { ok: true, clients, partial: message === undefined ? null : `${message.id} · ${message.description}` };
  } finally {
    datev.close();
  }
}

function tellProblem(terminal: Terminal, { code, detail }: Problem): ExitCode {
  if (detail === 'notSetUp') tellFinding(terminal, 'notSetUp', null);
  else tellFinding(terminal, code, detail);
  return 1;
}

/** Lists clients: released or not, number, GUID, name. */
export async function showClients(world: World, terminal: Terminal): Promise<ExitCode> {
  const found = await findClients(world);
  if (!found.ok) return tellProblem(terminal, found.problem);
  const released = await readReleased(world.folders);
  terminal.out('frei  Nummer      GUID                                  Name');
  for (const { id, number, name } of found.clients) {
    const mark = released.some((one) => one.guid === id.toLowerCase()) ? ' ✓ ' : '   ';
    terminal.out(`${mark}   ${printable(number).padEnd(10)}  ${id.toLowerCase()}  ${printable(name)}`);
  }
  for (const one of released.filter(({ guid }) => !found.clients.some(({ id }) => id.toLowerCase() === guid))) {
    terminal.out(
      ` ✓    ${printable(one.number).padEnd(10)}  ${one.guid}  ${printable(one.name)} (DATEV zeigt ihn nicht mehr)`,
    );
  }
  if (found.partial !== null) tellFinding(terminal, 'partialClients', found.partial);
  return 0;
}

/** Releases clients that DATEVconnect offers; with one that it does not offer nothing is released. */
export async function releaseByGuid(world: World, terminal: Terminal, guids: readonly string[]): Promise<ExitCode> {
  const found = await findClients(world);
  if (!found.ok) return tellProblem(terminal, found.problem);
  const chosen = guids.map((guid) => ({ guid, client: found.clients.find(({ id }) => id.toLowerCase() === guid) }));
  const missing = chosen.filter(({ client }) => client === undefined);
  for (const { guid } of missing) terminal.err(`DATEVconnect bietet keinen Mandanten mit dieser GUID an: ${guid}`);
  if (missing.length > 0) return 1;
  const releasedAt = world.now().toISOString();
  const clients = chosen.flatMap(({ guid, client }) =>
    client === undefined ? [] : [{ guid, number: client.number, name: client.name, releasedAt }],
  );
  await releaseClients(world.folders, clients);
  for (const { number, name } of clients) terminal.out(`✓ Freigegeben: ${printable(number)} ${printable(name)}`);
  return 0;
}

/** Takes the release of clients back. Works without DATEV. */
export async function withdrawByGuid(world: World, terminal: Terminal, guids: readonly string[]): Promise<ExitCode> {
  let all: ExitCode = 0;
  for (const guid of guids) {
    if (await withdrawClient(world.folders, guid)) terminal.out(`✓ Nicht mehr freigegeben: ${guid}`);
    else {
      terminal.err(`War nicht freigegeben: ${guid}`);
      all = 1;
    }
  }
  return all;
}
