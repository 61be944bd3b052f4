import type { FiguresState } from '@bruecke/model';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { type TestFirms, testFirms } from '../../testFirms.ts';
import {
  createTestServices,
  ctxOf,
  day,
  hour,
  minute,
  type TestPerson,
  type TestServices,
} from '../../testServices.ts';
import { layFigures } from '../accounting/testFigures.ts';
import { layLedger, type TestLedger } from '../accounting/testLedger.ts';
import { readCard } from '../connections/datevconnect/readCard.ts';
import { removeBinding } from '../connections/datevconnect/removeBinding.ts';
import { switchFigures } from '../connections/datevconnect/switchFigures.ts';
import { revokeConnector } from '../connectors/revokeConnector.ts';
import { layConnector } from '../connectors/testLink.ts';
import { listMandantenOfFirm } from '../firms/listMandanten.ts';
import { readOverview } from '../mandanten/overview.ts';

// The list of a firm reads as owner, the overview through the policies: both have to say the same to whoever sees both.

let db: TestDatabase;
let services: TestServices;
let make: TestFirms;
let ledger: TestLedger;
let first: TestPerson;
let second: TestPerson;
let user: TestPerson;
let boss: TestPerson;
let seed = 900;
beforeAll(async () => {
  db = await createTestDatabase();
});
afterAll(() => db.close());
beforeEach(async () => {
  seed += 1;
  services = createTestServices(db, { seed });
  make = testFirms(db, services);
  const firm = await make.firm('Kanzlei Nord', { consultantNumber: 20_000 + seed });
  ledger = await layLedger(db, services, make, { firm });
  first = firm.admin;
  second = await make.staff(firm.id, 'Berta Zweit', 'admin');
  user = await make.staff(firm.id, 'Ulf Nutzer');
  await make.assign(ledger.mandantId, firm.id, user.id);
  boss = await make.member(ledger.mandantId, 'Mona Admin');
});

const as = (person: TestPerson) => ctxOf(services, person);
const binding = (set: string, ...values: unknown[]) =>
  db.sql(`update connections set ${set} where mandant_id = $1 and channel = 'datevconnect'`, [
    ledger.mandantId,
    ...values,
  ]);
/** What the list and the overview say to a person of the firm, once it is seen that they say the same. */
async function toldTo(person: TestPerson) {
  const { rows } = await listMandantenOfFirm(as(person), { firmId: ledger.firm.id });
  const row = rows.find((each) => each.id === ledger.mandantId);
  const overview = await readOverview(as(person), { mandantId: ledger.mandantId });
  // A list is about what is bound; that something was, the Mandant's own page tells.
  expect(row?.figures).toEqual(overview.figures?.state === 'severed' ? null : overview.figures);
  return overview.figures;
}
const stateNow = async (): Promise<FiguresState | undefined> => (await toldTo(first))?.state;
const now = () => services.now().toISOString();
const aliveAgain = () => db.sql('update connectors set last_seen_at = $1', [services.now()]);

describe('how figures come, in lists and overviews', () => {
  it('is nothing where nobody ever set them up', async () => {
    const plain = await make.mandant('Ohne GmbH', { firmId: ledger.firm.id });
    const { rows } = await listMandantenOfFirm(as(second), { firmId: ledger.firm.id });
    expect(rows.find((row) => row.id === plain.id)?.figures).toBeNull();
    expect((await readOverview(as(second), { mandantId: plain.id })).figures).toBeNull();
  });

  it('goes from the first run to a Stand, which grows stale', async () => {
    ledger.books.addYear('2026-01-01', '2026-12-31');
    expect(await stateNow()).toBe('connecting');
    await ledger.sync();
    expect(await stateNow()).toBe('firstRun');
    await ledger.run();
    await binding("setup = 'ready', checked_at = $2, last_success_at = $2", services.now());
    const current = await toldTo(first);
    expect(current).toMatchObject({ state: 'current', nextStep: 'none', whoCanAct: 'nobody' });
    const [year] = await db.sql<{ stand: Date }>('select max(stand) as stand from fiscal_years where mandant_id = $1', [
      ledger.mandantId,
    ]);
    expect(current?.stand).toBe(year?.stand.toISOString());
    services.clock.forward(7 * day);
    await aliveAgain();
    expect(await toldTo(user)).toMatchObject({ state: 'stale', nextStep: 'test', whoCanAct: 'eitherAdmin' });
    expect(await toldTo(second)).toMatchObject({ state: 'stale', since: current?.stand, whoCanAct: 'you' });
  });

  it('tells a failed run apart by whether it passes by itself', async () => {
    await ledger.run();
    services.clock.forward(hour);
    await aliveAgain();
    await ledger.sync();
    const run = async (code: string) => {
      await db.sql('update ledgers set failures_in_row = 1 where mandant_id = $1', [ledger.mandantId]);
      await db.sql(
        `insert into sync_runs (mandant_id, id, ledger_no, reason, whole, started_at, ended_at, state, failure_code)
         values ($1, $2, 1, 'scheduled', false, $3, $3, 'failed', $4)`,
        [ledger.mandantId, services.newId(), services.now(), code],
      );
    };
    await run('timedOut');
    expect(await toldTo(second)).toMatchObject({ state: 'disturbed', since: now(), nextStep: 'wait' });
    services.clock.forward(minute);
    await run('dataRightMissing');
    expect(await toldTo(second)).toMatchObject({ state: 'failed', since: now(), nextStep: 'test', whoCanAct: 'you' });
  });

  it('names the connector’s silence and its end, what it found, and the switch, as the card does', async () => {
    const cardState = async () => (await readCard(as(second), { mandantId: ledger.mandantId })).state;
    services.clock.forward(4 * minute);
    expect(await toldTo(second)).toMatchObject({ state: 'silent', nextStep: 'startConnector', whoCanAct: 'you' });
    expect(await toldTo(user)).toMatchObject({ state: 'silent', whoCanAct: 'firmAdmin' });
    expect((await readOverview(as(boss), { mandantId: ledger.mandantId })).figures).toMatchObject({
      state: 'silent',
      whoCanAct: 'firmAdmin',
    });
    expect(await cardState()).toBe('degraded');
    await aliveAgain();
    await binding("setup = 'findings', setup_blocking = true, checked_at = $2", services.now());
    expect(await toldTo(second)).toMatchObject({ state: 'findings', nextStep: 'fixFindings' });
    await binding(
      `findings = '[{"code": "clientNotReleased", "severity": "blocking", "helpUrl": null, "detail": null}]'`,
    );
    expect(await toldTo(second)).toMatchObject({ state: 'findings', nextStep: 'releaseClient' });
    expect(await cardState()).toBe('misconfigured');
    await binding("setup = 'ready', setup_blocking = false, findings = '[]'");
    await switchFigures(as(second), { mandantId: ledger.mandantId, on: false });
    expect(await toldTo(second)).toMatchObject({ state: 'off', since: now(), nextStep: 'switchOn', whoCanAct: 'you' });
    await switchFigures(as(second), { mandantId: ledger.mandantId, on: true });
    const [connector] = await db.sql<{ id: string }>('select id from connectors where firm_id = $1', [ledger.firm.id]);
    await revokeConnector(as(second), { firmId: ledger.firm.id, connectorId: connector?.id ?? '' });
    expect(await toldTo(second)).toMatchObject({ state: 'revoked', nextStep: 'pairAnew', whoCanAct: 'you' });
    expect(await cardState()).toBe('needs_reauth');
    await removeBinding(as(second), { mandantId: ledger.mandantId });
    expect(await toldTo(second)).toMatchObject({ state: 'severed', since: now(), nextStep: 'none' });
  });

  it('asks another Kanzlei-Admin than the first for a confirmation that is missing', async () => {
    const plain = await make.mandant('Neu GmbH', { firmId: ledger.firm.id });
    const connectorId = await layConnector(db, services, ledger.firm.id);
    await db.sql(
      `insert into binding_requests (mandant_id, id, engagement_id, connector_id, client_guid, company_name, consultant_number,
         mandant_number, asked_by, asked_at) values ($1, $2, $3, $4, 'g', 'Neu', 1, 2, $5, $6)`,
      [plain.id, services.newId(), plain.engagementId, connectorId, second.id, services.now()],
    );
    const of = async (person: TestPerson) =>
      (await listMandantenOfFirm(as(person), { firmId: ledger.firm.id })).rows.find((row) => row.id === plain.id);
    expect((await of(second))?.figures).toMatchObject({
      state: 'awaitsConfirmation',
      since: now(),
      whoCanAct: 'firmAdmin',
    });
    expect((await of(first))?.figures).toMatchObject({ nextStep: 'confirmBinding', whoCanAct: 'you' });
    // What needs a hand comes first, worst first.
    services.clock.forward(4 * minute);
    await binding("setup = 'findings', setup_blocking = true, checked_at = $2", services.now());
    const calm = await make.mandant('Anton GmbH', { firmId: ledger.firm.id, mandantNumber: 1 });
    const { rows } = await listMandantenOfFirm(as(second), { firmId: ledger.firm.id, order: 'need' });
    expect(rows.map((row) => row.id)).toEqual([ledger.mandantId, plain.id, calm.id]);
  });

  it('shows a Mandant alone the last state of what it had', async () => {
    const alone = await make.mandant('Allein GmbH', { firmId: ledger.firm.id });
    const owner = await make.member(alone.id, 'Otto Allein');
    const connectorId = await layConnector(db, services, ledger.firm.id);
    await layFigures(db, services, { mandantId: alone.id, connectorId, text: 'Erlöse' });
    await db.sql("update engagements set ended_at = $2, ended_side = 'mandant' where mandant_id = $1", [
      alone.id,
      services.now(),
    ]);
    expect((await readOverview(as(owner), { mandantId: alone.id })).figures).toEqual({
      state: 'severed',
      since: now(),
      stand: now(),
      nextStep: 'none',
      whoCanAct: 'nobody',
    });
  });
});
