import { gzipSync } from 'node:zlib';
import type { PollAnswer } from '@bruecke/contract';
import type { ConnectorRow, Id, ProbeCode } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Ctx } from '../../../context.ts';
import { createTestDatabase, type TestDatabase } from '../../../db/testDatabase.ts';
import { testFirms } from '../../../testFirms.ts';
import {
  createTestServices,
  ctxOf,
  minute,
  second,
  type TestPerson,
  type TestServices,
} from '../../../testServices.ts';
import { endOrder } from '../../connectors/endOrder.ts';
import { clientsReceiver, createWakes, probeReceiver } from '../../connectors/index.ts';
import { poll } from '../../connectors/poll.ts';
import { removeConnector } from '../../connectors/removeConnector.ts';
import { revokeConnector } from '../../connectors/revokeConnector.ts';
import { takePart } from '../../connectors/takePart.ts';
import { connectorCtx, type Heard, layClient, layConnector, listeningReceivers } from '../../connectors/testLink.ts';
import { cutEngagement } from '../../engagements/cutEngagement.ts';
import { previewCut } from '../../engagements/previewCut.ts';
import { switchConnection } from '../switchConnection.ts';
import { bindClient } from './bindClient.ts';
import type { Card } from './cardState.ts';
import { confirmBinding } from './confirmBinding.ts';
import { listClients, readClients } from './listClients.ts';
import { probeBinding } from './probeBinding.ts';
import { readCard } from './readCard.ts';
import { removeBinding } from './removeBinding.ts';
import { switchFigures } from './switchFigures.ts';
import { withdrawBinding } from './withdrawBinding.ts';

let db: TestDatabase;
let services: TestServices;
let make: ReturnType<typeof testFirms>;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
  make = testFirms(db, services);
});
afterAll(() => db.close());

const ours = '7f2c1d1e-0000-4000-8000-0000000000aa';
const other = '7f2c1d1e-0000-4000-8000-0000000000bb';
const code = (name: string) => expect.objectContaining({ code: name });
const as = (person: TestPerson): Ctx => ctxOf(services, person);

type Scene = {
  firmId: Id;
  consultantNumber: number;
  mandantId: Id;
  admin: TestPerson;
  second: TestPerson;
  user: TestPerson;
  boss: TestPerson;
  reader: TestPerson;
  connectorId: Id;
};
let scene: Scene;
let numbers = 100;

beforeEach(async () => {
  const firm = await make.firm('Kanzlei Nord');
  const second = await make.staff(firm.id, 'Berta Zweit', 'admin');
  const user = await make.staff(firm.id, 'Ulf Nutzer', 'user', true);
  numbers += 1;
  const { id: mandantId } = await make.mandant('Muster GmbH', { firmId: firm.id, mandantNumber: numbers });
  await make.assign(mandantId, firm.id, user.id);
  const boss = await make.member(mandantId, 'Mona Admin');
  const reader = await make.member(mandantId, 'Rita Liest', 'user', ['read']);
  const connectorId = await layConnector(db, services, firm.id, {
    confirmedBy: firm.admin.id,
    released: [ours, other],
  });
  const of = { firmId: firm.id, connectorId };
  const { consultantNumber } = firm;
  await layClient(db, services, of, { guid: ours, name: 'Muster GmbH', consultantNumber, mandantNumber: numbers });
  await layClient(db, services, of, { guid: other, name: 'Holding AG', consultantNumber, mandantNumber: 9000 });
  scene = { firmId: firm.id, consultantNumber, mandantId, admin: firm.admin, second, user, boss, reader, connectorId };
});

const bind = (person: TestPerson, clientGuid = ours, numbersConfirmed?: boolean) =>
  bindClient(as(person), {
    mandantId: scene.mandantId,
    connectorId: scene.connectorId,
    clientGuid,
    ...(numbersConfirmed === undefined ? {} : { numbersConfirmed }),
  });
const card = (person: TestPerson): Promise<Card> => readCard(as(person), { mandantId: scene.mandantId });
const kinds = async (): Promise<string[]> =>
  (
    await db.sql<{ kind: string }>('select kind from mandant_history where mandant_id = $1 order by at, id', [
      scene.mandantId,
    ])
  ).map((row) => row.kind);
const openOrders = () =>
  db.sql<{ kind: string }>(
    "select kind from connector_orders where mandant_id = $1 and state in ('waiting', 'handedOut')",
    [scene.mandantId],
  );

const heard: Heard[] = [];
const receivers = { ...listeningReceivers(heard), probe: probeReceiver, listClients: clientsReceiver };
const wakes = createWakes(async () => undefined);
const linkCtx = () => connectorCtx(services, scene.connectorId, scene.firmId);
const beat = (released = [ours, other]): Promise<PollAnswer> =>
  poll(
    linkCtx(),
    { receivers, wakes },
    {
      machine: 'DATEV-SRV-01',
      os: 'Windows Server 2022',
      version: '1.0.0',
      lastError: null,
      released,
      running: [],
    },
    new AbortController().signal,
  );
/** Answers the open order of a kind with these rows. */
async function answer(kind: string, rows: ConnectorRow[]): Promise<void> {
  const order = (await beat()).orders.find((one) => one.order.kind === kind);
  if (!order) throw new Error(`no order ${kind}`);
  const { id: orderId, attempt } = order;
  const body = gzipSync(rows.map((row) => JSON.stringify(row)).join('\n'));
  await takePart(linkCtx(), receivers, { orderId, attempt, number: 1, body, last: null });
  await endOrder(linkCtx(), receivers, { orderId, attempt, end: { ok: true, rows: rows.length, calls: 1 } });
}
const probed = (code: ProbeCode): ConnectorRow[] => [
  { row: 'probe', step: 'reachable', code: 'ok', detail: null },
  { row: 'probe', step: 'client', code, detail: code === 'ok' ? null : 'DCO10400' },
];

describe('choosing a client', () => {
  it('offers the one with the Mandant’s numbers; others only to Kanzlei-Admins, and nothing to the Mandant’s side', async () => {
    const names = async (person: TestPerson) =>
      (await listClients(as(person), { mandantId: scene.mandantId })).clients.map((one) => [one.name, one.fits]);
    expect(await names(scene.admin)).toEqual([
      ['Muster GmbH', true],
      ['Holding AG', false],
    ]);
    expect(await names(scene.user)).toEqual([['Muster GmbH', true]]);
    expect(await names(scene.boss)).toEqual([]);
    await expect(listClients(as(scene.reader), { mandantId: scene.mandantId })).rejects.toEqual(code('right_missing'));
    await expect(bind(scene.boss)).rejects.toEqual(code('right_missing'));
    await expect(bind(scene.reader)).rejects.toEqual(code('right_missing'));
  });

  it('leaves out what is not released any more, bound elsewhere, or another’s restricted Mandant', async () => {
    const guids = async () =>
      (await listClients(as(scene.admin), { mandantId: scene.mandantId })).clients.map((one) => one.clientGuid);
    const hidden = await make.mandant('Geheim GmbH', { firmId: scene.firmId, mandantNumber: 9000 });
    expect(await guids()).toEqual([ours, other]);
    await make.restrict(hidden.id, scene.second.id);
    expect(await guids()).toEqual([ours]);
    await expect(bind(scene.admin, other, true)).rejects.toEqual(code('client_not_released'));
    // Nor once it has left the firm, when its client is still on the firm's server.
    const chief = await make.member(hidden.id, 'Chefin Geheim');
    await cutEngagement(as(chief), { mandantId: hidden.id, mandantName: 'Geheim GmbH' });
    expect(await guids()).toEqual([ours]);
    services.clock.forward(1);
    await make.engage(hidden.id, scene.firmId, 9000);
    expect(await guids()).toEqual([ours, other]);
    await bindClient(as(scene.admin), { mandantId: hidden.id, connectorId: scene.connectorId, clientGuid: other });
    expect(await guids()).toEqual([ours]);
    await db.sql("update connectors set released = '{}' where id = $1", [scene.connectorId]);
    expect(await guids()).toEqual([]);
    await expect(bind(scene.admin)).rejects.toEqual(code('client_not_released'));
  });

  it('tells what the program complains of, and in its own words only those who look after it', async () => {
    await bind(scene.admin);
    await db.sql('update connectors set last_error = $2, last_error_at = now() where id = $1', [
      scene.connectorId,
      JSON.stringify({ code: 'proxyRefused', detail: 'Andere GmbH' }),
    ]);
    const told = async (person: TestPerson) => (await card(person)).connector?.lastError;
    expect(await told(scene.admin)).toMatchObject({ code: 'proxyRefused', detail: 'Andere GmbH' });
    for (const person of [scene.user, scene.boss, scene.reader])
      expect(await told(person)).toMatchObject({ code: 'proxyRefused', detail: null });
  });

  it('asks the connector for its list when its own changes or a person wants it, and keeps the newest answer', async () => {
    const stale = { guid: other.replace('bb', 'cc'), name: 'Alt GmbH', consultantNumber: 1, mandantNumber: 1 };
    await layClient(db, services, { firmId: scene.firmId, connectorId: scene.connectorId }, stale);
    services.clock.forward(minute);
    expect(await readClients(as(scene.user), { mandantId: scene.mandantId })).toEqual({ reading: true });
    expect((await listClients(as(scene.admin), { mandantId: scene.mandantId })).reading).toBe(true);
    const year = (fiscalYearId: string, mandantNumber: number): ConnectorRow => ({
      row: 'year',
      clientGuid: ours.toUpperCase(),
      fiscalYearId,
      begin: '2026-01-01',
      end: '2026-12-31',
      consultantNumber: scene.consultantNumber,
      mandantNumber,
      accountLength: 4,
      accountSystem: 3,
      currency: 'EUR',
      locked: false,
    });
    services.clock.forward(second);
    await answer('listClients', [
      { row: 'client', guid: ours.toUpperCase(), number: '10001', name: 'Muster GmbH & Co.' },
      year('20260101', 77),
      year('20250101', 12),
    ]);
    const list = await listClients(as(scene.admin), { mandantId: scene.mandantId });
    expect(list).toMatchObject({ reading: false, readAt: services.now().toISOString() });
    expect(list.clients).toMatchObject([{ name: 'Muster GmbH & Co.', mandantNumber: 77, fits: false }]);
    expect((await beat([ours])).orders.map((one) => one.order.kind)).toEqual(['listClients']);
  });
});

describe('a binding', () => {
  it('is made at once where the numbers are equal, switched on, and probed', async () => {
    const before = await card(scene.admin);
    expect(before).toMatchObject({
      state: 'not_set_up',
      nextStep: 'bindClient',
      whoCanAct: 'you',
      steps: { paired: true, confirmed: true, released: true, bound: false, working: false },
      connector: { machine: 'DATEV-SRV-01', state: 'confirmed' },
      mayInstall: true,
    });
    const bound = await bind(scene.user);
    expect(bound.history).toMatchObject([{ kind: 'connection.created' }]);
    expect(bound.answer).toMatchObject({
      state: 'connecting',
      switchedOn: true,
      testing: true,
      steps: { bound: true, working: false },
      client: { companyName: 'Muster GmbH', mandantNumber: numbers, numbersConfirmedBy: [] },
      mayInstall: false,
      nextStep: 'wait',
      whoCanAct: 'nobody',
    });
    expect((await bind(scene.user)).history).toBe('unchanged');
    await answer('probe', probed('ok'));
    expect(await card(scene.reader)).toMatchObject({
      state: 'active',
      testing: false,
      steps: { working: true },
      findings: [{ code: 'ok' }, { code: 'ok' }],
      nextStep: 'none',
      mayManage: false,
      mayBind: false,
      firmId: null,
    });
  });

  it('counts DATEV as reached by a list of clients, or by a probe that nothing is in the way of', async () => {
    const reached = async () => (await card(scene.admin)).steps.reached;
    expect(await reached()).toBe(true);
    const found = (...codes: ProbeCode[]) =>
      db.sql('update connectors set clients_read_at = null, findings = $1 where id = $2', [
        JSON.stringify(codes.map((one) => ({ code: one, severity: 'ok', helpUrl: null, detail: null }))),
        scene.connectorId,
      ]);
    await found();
    expect(await reached()).toBe(false);
    await found('ok', 'unauthorised');
    expect(await reached()).toBe(false);
    await found('timedOut');
    expect(await reached()).toBe(false);
    await found('ok', 'postingLicenceMissing');
    expect(await reached()).toBe(true);
  });

  it('shows the Mandant’s side how far it is, not whose machine, until it is bound', async () => {
    expect(await card(scene.boss)).toMatchObject({
      connector: null,
      steps: { paired: true, confirmed: true, reached: false, released: true, bound: false },
      nextStep: 'bindClient',
      whoCanAct: 'firmAdmin',
    });
    await bind(scene.admin);
    expect((await card(scene.boss)).connector).toMatchObject({ machine: 'DATEV-SRV-01' });
  });

  it('with other numbers needs two named confirmations of different Kanzlei-Admins', async () => {
    await expect(bind(scene.admin, other)).rejects.toEqual(code('client_numbers_differ'));
    await expect(bind(scene.user, other, true)).rejects.toEqual(code('client_not_released'));
    const asked = await bind(scene.admin, other, true);
    expect(asked.history).toMatchObject({ kind: 'connection.bindingAsked' });
    expect(asked.answer).toMatchObject({
      state: 'connecting',
      connectionId: null,
      nextStep: 'confirmBinding',
      whoCanAct: 'firmAdmin',
      request: { companyName: 'Holding AG', askedBy: 'Kanzlei Nord Admin', mayConfirm: false },
    });
    expect(await openOrders()).toEqual([]);
    const requestId = asked.answer.request?.id ?? '';
    const confirm = (person: TestPerson) => confirmBinding(as(person), { mandantId: scene.mandantId, requestId });
    await expect(confirm(scene.admin)).rejects.toEqual(code('second_admin_needed'));
    await expect(confirm(scene.user)).rejects.toEqual(code('right_missing'));
    await expect(confirm(scene.boss)).rejects.toEqual(code('right_missing'));
    await expect(bind(scene.second)).rejects.toEqual(code('conflict'));
    expect((await card(scene.second)).request).toMatchObject({ mayConfirm: true });
    const done = await confirm(scene.second);
    expect(done.answer).toMatchObject({
      request: null,
      client: { companyName: 'Holding AG', numbersConfirmedBy: ['Kanzlei Nord Admin', 'Berta Zweit'] },
    });
    const [entry] = await db.sql<{ data: object; names: string[] }>(
      `select h.data, array_agg(p.value order by p.label) as names from mandant_history h
         join mandant_history_people p on p.mandant_id = h.mandant_id and p.entry_id = h.id
        where h.mandant_id = $1 and h.kind = 'connection.created' group by h.data`,
      [scene.mandantId],
    );
    expect(entry).toMatchObject({
      data: { numbersDiffer: true, confirmedBy: [scene.admin.id, scene.second.id] },
      names: ['Berta Zweit', 'Kanzlei Nord Admin', 'Berta Zweit'],
    });
    await expect(confirm(scene.second)).rejects.toEqual(code('not_found'));
  });

  it('that was asked is not confirmed when the first is no admin any more, or the client has other numbers by then', async () => {
    const { answer: asked } = await bind(scene.admin, other, true);
    const input = { mandantId: scene.mandantId, requestId: asked.request?.id ?? '' };
    const third = await make.staff(scene.firmId, 'Carl Dritt', 'admin');
    await db.sql('update connector_clients set mandant_number = 9001 where guid = $1 and connector_id = $2', [
      other,
      scene.connectorId,
    ]);
    await expect(confirmBinding(as(third), input)).rejects.toEqual(code('client_not_released'));
    await db.sql('update connector_clients set mandant_number = 9000 where guid = $1 and connector_id = $2', [
      other,
      scene.connectorId,
    ]);
    await db.sql("update firm_staff set role = 'user' where user_id = $1", [scene.admin.id]);
    await expect(confirmBinding(as(third), input)).rejects.toEqual(code('second_admin_needed'));
    const taken = await withdrawBinding(as(third), input);
    expect(taken.answer.request).toBeNull();
    expect(await kinds()).toEqual(['connection.bindingAsked', 'connection.bindingWithdrawn']);
  });

  it('confirmed by two covers the numbers that both saw, and takes the place of one with the numbers before a renumbering', async () => {
    const numbersOf = async () =>
      db.sql(
        `select consultant_number, mandant_number, former_consultant_number, former_mandant_number, severed_at is null as lives
           from connections where mandant_id = $1 and channel = 'datevconnect' order by created_at, severed_at nulls last`,
        [scene.mandantId],
      );
    await bind(scene.admin);
    const { consultantNumber } = scene;
    const before = { consultant_number: consultantNumber, mandant_number: numbers };
    const none = { former_consultant_number: null, former_mandant_number: null };
    expect(await numbersOf()).toEqual([{ ...before, ...none, lives: true }]);
    expect((await bind(scene.admin)).history).toBe('unchanged');

    const renumber = 'update connector_clients set mandant_number = $3 where guid = $1 and connector_id = $2';
    await db.sql(renumber, [ours, scene.connectorId, 9077]);
    const { answer } = await bind(scene.admin, ours, true);
    const input = { mandantId: scene.mandantId, requestId: answer.request?.id ?? '' };
    const own = 'update engagements set mandant_number = $2 where mandant_id = $1';
    await db.sql(own, [scene.mandantId, 9500]);
    await expect(confirmBinding(as(scene.second), input)).rejects.toEqual(code('client_not_released'));
    await db.sql(own, [scene.mandantId, numbers]);
    await confirmBinding(as(scene.second), input);
    expect(await numbersOf()).toEqual([
      { ...before, ...none, lives: false },
      {
        consultant_number: consultantNumber,
        mandant_number: 9077,
        former_consultant_number: consultantNumber,
        former_mandant_number: numbers,
        lives: true,
      },
    ]);
  });

  it('of one client is for one Mandant, also when two bind it at the same moment', async () => {
    const { id: twin } = await make.mandant('Zwilling GmbH', { firmId: scene.firmId });
    const [request] = [await bind(scene.admin, other, true)];
    const twinRequest = await bindClient(as(scene.admin), {
      mandantId: twin,
      connectorId: scene.connectorId,
      clientGuid: other,
      numbersConfirmed: true,
    });
    const results = await Promise.allSettled([
      confirmBinding(as(scene.second), { mandantId: scene.mandantId, requestId: request?.answer.request?.id ?? '' }),
      confirmBinding(as(scene.second), { mandantId: twin, requestId: twinRequest.answer.request?.id ?? '' }),
    ]);
    expect(results.map((one) => one.status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(
      await db.sql('select from connections where client_id = $1 and connector_id = $2', [other, scene.connectorId]),
    ).toHaveLength(1);
  });

  it('is no way of vouchers: its switch and test are its own', async () => {
    const { answer: bound } = await bind(scene.admin);
    const input = { mandantId: scene.mandantId, connectionId: bound.connectionId ?? '', on: false };
    await expect(switchConnection(as(scene.admin), input)).rejects.toEqual(code('not_found'));
  });
});

describe('the state of the card', () => {
  it('follows the probe: missing right blocks, missing licence warns, a closed DATEV disturbs', async () => {
    await bind(scene.admin);
    await answer('probe', probed('dataRightMissing'));
    expect(await card(scene.admin)).toMatchObject({
      state: 'misconfigured',
      nextStep: 'fixFindings',
      whoCanAct: 'you',
    });
    expect(await card(scene.boss)).toMatchObject({ state: 'misconfigured', whoCanAct: 'firmAdmin' });
    const again = async (found: ProbeCode) => {
      await probeBinding(as(scene.boss), { mandantId: scene.mandantId });
      await answer('probe', probed(found));
      return card(scene.admin);
    };
    expect(await again('clientNotReleased')).toMatchObject({ state: 'misconfigured', nextStep: 'releaseClient' });
    expect(await again('postingLicenceMissing')).toMatchObject({
      state: 'active',
      findings: [{}, { severity: 'warning' }],
    });
    expect(await again('connectionRefused')).toMatchObject({
      state: 'degraded',
      reason: 'connectionRefused',
      hidden: ['active'],
      nextStep: 'wait',
    });
    expect(await again('ok')).toMatchObject({ state: 'active', hidden: [] });
    expect(await kinds()).toEqual(['connection.created', ...Array(4).fill('connection.tested')]);
  });

  it('follows the connector: silent for three minutes disturbs, revoked needs pairing anew, removed ends it', async () => {
    await bind(scene.admin);
    await answer('probe', probed('ok'));
    services.clock.forward(3 * minute);
    expect(await card(scene.boss)).toMatchObject({ state: 'active', connector: { silent: false } });
    services.clock.forward(second);
    expect(await card(scene.boss)).toMatchObject({
      state: 'degraded',
      reason: 'connectorSilent',
      connector: { silent: true },
      nextStep: 'startConnector',
      whoCanAct: 'firmAdmin',
    });
    await beat();
    expect(await card(scene.boss)).toMatchObject({ state: 'active' });
    const input = { firmId: scene.firmId, connectorId: scene.connectorId };
    await revokeConnector(as(scene.admin), input);
    expect(await card(scene.admin)).toMatchObject({
      state: 'needs_reauth',
      reason: 'connectorRevoked',
      nextStep: 'pairAnew',
    });
    await expect(probeBinding(as(scene.admin), { mandantId: scene.mandantId })).rejects.toEqual(
      code('connector_missing'),
    );
    await removeConnector(as(scene.second), input);
    expect(await card(scene.boss)).toMatchObject({ state: 'severed', connector: null, switchedOn: false });
    expect(await kinds()).toEqual(['connection.created', 'connector.revoked', 'connection.severed']);
  });

  it('names the connector that is set up anew after the old one was removed', async () => {
    await bind(scene.admin);
    await removeConnector(as(scene.admin), { firmId: scene.firmId, connectorId: scene.connectorId });
    expect(await card(scene.admin)).toMatchObject({ state: 'severed', nextStep: 'installConnector' });
    const fresh = await layConnector(db, services, scene.firmId, { machine: 'DATEV-SRV-02' });
    expect(await card(scene.admin)).toMatchObject({
      nextStep: 'confirmConnector',
      connector: { id: fresh, machine: 'DATEV-SRV-02', state: 'unconfirmed' },
    });
  });
});

describe('off', () => {
  it('ends the orders at once and takes no rows; on probes; both stand in the Protokoll of both sides', async () => {
    await bind(scene.admin);
    const [order] = (await beat()).orders;
    if (!order) throw new Error('no order');
    const off = await switchFigures(as(scene.boss), { mandantId: scene.mandantId, on: false });
    expect(off.answer).toMatchObject({ state: 'paused', switchedOn: false, nextStep: 'switchOn', by: 'Mona Admin' });
    expect(await openOrders()).toEqual([]);
    const late = { orderId: order.id, attempt: order.attempt, last: null };
    await expect(takePart(linkCtx(), receivers, { ...late, number: 1, body: gzipSync('') })).rejects.toEqual(
      code('order_gone'),
    );
    await expect(probeBinding(as(scene.admin), { mandantId: scene.mandantId })).rejects.toEqual(code('conflict'));
    expect((await switchFigures(as(scene.boss), { mandantId: scene.mandantId, on: false })).history).toBe('unchanged');
    await switchFigures(as(scene.admin), { mandantId: scene.mandantId, on: true });
    expect(await openOrders()).toEqual([{ kind: 'probe' }]);
    const sides = await db.sql<{ kind: string }>(
      `select kind from firm_history where firm_id = $1 and kind like 'connection.switched%' order by at, id`,
      [scene.firmId],
    );
    expect(sides.map((row) => row.kind)).toEqual(['connection.switchedOff', 'connection.switchedOn']);
    await expect(switchFigures(as(scene.reader), { mandantId: scene.mandantId, on: false })).rejects.toEqual(
      code('right_missing'),
    );
  });

  it('removed: nothing of it is left to switch, and the client is free again', async () => {
    await bind(scene.admin);
    const { answer: gone } = await removeBinding(as(scene.boss), { mandantId: scene.mandantId });
    expect(gone).toMatchObject({ state: 'severed', nextStep: 'bindClient', switchedOn: false });
    expect(await openOrders()).toEqual([]);
    await expect(switchFigures(as(scene.admin), { mandantId: scene.mandantId, on: true })).rejects.toEqual(
      code('no_connection'),
    );
    expect((await bind(scene.admin)).answer).toMatchObject({ state: 'connecting' });
  });
});

describe('a cut', () => {
  it('severs the binding to the firm’s connector, also where numbers differ, ends its orders and open requests', async () => {
    // The client's Beraternummer is another office's: only the connector says whose it is.
    await db.sql('update connector_clients set consultant_number = 7777 where guid = $1', [other]);
    const { answer: asked } = await bind(scene.admin, other, true);
    const requestId = asked.request?.id ?? '';
    await confirmBinding(as(scene.second), { mandantId: scene.mandantId, requestId });
    await answer('probe', probed('ok'));
    await probeBinding(as(scene.admin), { mandantId: scene.mandantId });
    await bind(scene.admin, ours.replace('aa', 'dd'), true).catch(() => undefined);
    expect((await previewCut(as(scene.boss), { mandantId: scene.mandantId })).ends).toMatchObject({
      connections: 0,
      connectorBindings: 1,
    });
    const { history } = await cutEngagement(as(scene.boss), { mandantId: scene.mandantId, mandantName: 'Muster GmbH' });
    expect(history.map((one) => one.kind)).toContain('connection.severed');
    expect(await openOrders()).toEqual([]);
    expect(
      await db.sql('select from connections where mandant_id = $1 and severed_at is null', [scene.mandantId]),
    ).toEqual([]);
    expect(await card(scene.boss)).toMatchObject({
      state: 'severed',
      connector: null,
      client: { companyName: 'Holding AG' },
    });
    await expect(card(scene.admin)).rejects.toEqual(code('not_found'));
    const { orders, cancelled } = await beat();
    expect([orders, cancelled]).toEqual([[], []]);
  });

  it('takes an open request along: nobody confirms it afterwards', async () => {
    const { answer: asked } = await bind(scene.admin, other, true);
    await cutEngagement(as(scene.boss), { mandantId: scene.mandantId, mandantName: 'Muster GmbH' });
    const [row] = await db.sql<{ withdrawn_at: Date | null }>(
      'select withdrawn_at from binding_requests where id = $1',
      [asked.request?.id],
    );
    expect(row?.withdrawn_at).toEqual(services.now());
  });
});
