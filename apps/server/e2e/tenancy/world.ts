import type { Id } from '@bruecke/model';
import type { TestDatabase } from '../../src/db/testDatabase.ts';
import { layFigures } from '../../src/modules/accounting/testFigures.ts';
import { layClient, layConnector } from '../../src/modules/connectors/testLink.ts';
import { hashPassword } from '../../src/modules/people/passwords.ts';
import { pdfOf, streamOf } from '../../src/modules/vouchers/testVouchers.ts';
import { testFirms } from '../../src/testFirms.ts';
import { type Answer, type Request, type SignedIn, sandboxPerson, type TestServer } from '../testServer.ts';

export const password = 'Drei Kähne im Nebel';
export const mandantName = 'Verschwiegen GmbH';

/** One Mandant that is looked at, everybody who could try, and what it has. Every row with an id of its own. */
export type World = {
  readonly server: TestServer;
  readonly db: TestDatabase;
  readonly mandantId: Id;
  readonly firmId: Id;
  readonly consultantNumber: number;
  readonly people: Record<PersonName, SignedIn>;
  readonly ids: {
    readonly connectionId: Id;
    readonly delivered: Id;
    readonly received: Id;
    readonly failed: Id;
    readonly deliveryInQuestion: Id;
    readonly memberInvitation: Id;
    readonly staffInvitation: Id;
    readonly connectionFile: Id;
    readonly leaverOfMandant: Id;
    readonly leaverOfFirm: Id;
    readonly sha256: string;
  };
  /** Calls as one of the people and reads the answer; throws unless it is 2xx or 3xx. */
  call<T>(who: PersonName | null, request: Request): Promise<T>;
  /** The token of the newest mail to this address. */
  linkTo(email: string): Promise<string>;
};

export const personNames = [
  'own',
  'reader',
  'firmAdmin',
  'namedAdmin',
  'unassigned',
  'assigned',
  'otherFirm',
  'formerFirm',
  'otherMandant',
  'operator',
] as const;
export type PersonName = (typeof personNames)[number];

let passwordHash: string | undefined;
let worlds = 0;

export async function layWorld(server: TestServer, db: TestDatabase): Promise<World> {
  const { services } = server;
  const make = testFirms(db, services);
  worlds += 1;
  const consultantNumber = 100_000 + worlds;
  const firm = await make.firm('Kanzlei Nord', { consultantNumber });
  const named = await make.staff(firm.id, 'Berta Benannt', 'admin');
  const unassigned = await make.staff(firm.id, 'Ulf Nutzer');
  const assigned = await make.staff(firm.id, 'Sina Sachbearbeiter');
  const leaverOfFirm = await make.staff(firm.id, 'Lea Geht');
  const former = await make.firm('Kanzlei Früher', { consultantNumber: 300_000 + worlds });
  const other = await make.firm('Kanzlei Andere', { consultantNumber: 500_000 + worlds });
  const { id: mandantId } = await make.mandant(mandantName, { firmId: former.id, mandantNumber: 9 });
  await db.sql("update engagements set ended_at = $2, ended_side = 'mandant' where mandant_id = $1", [
    mandantId,
    services.now(),
  ]);
  await make.engage(mandantId, firm.id, 101);
  const { id: otherMandantId } = await make.mandant('Nachbar GmbH', { firmId: other.id, mandantNumber: 1 });
  const own = await make.member(mandantId, 'Clara Eigen');
  const reader = await make.member(mandantId, 'Rita Liest', 'user', ['read']);
  const leaverOfMandant = await make.member(mandantId, 'Lutz Geht', 'user', ['read']);
  const otherMandant = await make.member(otherMandantId, 'Nina Nachbar');
  const operator = await make.person('Otto Betreibt', {
    operator: true,
    email: `operator.${worlds}@example.com`,
  });
  for (const { id } of [assigned, leaverOfFirm]) await make.assign(mandantId, firm.id, id);
  const given = {
    own,
    reader,
    firmAdmin: firm.admin,
    namedAdmin: named,
    unassigned,
    assigned,
    otherFirm: other.admin,
    formerFirm: former.admin,
    otherMandant,
    operator,
  };
  passwordHash ??= await hashPassword(services, password);
  await db.sql('insert into credentials (user_id, password_hash) select unnest($1::uuid[]), $2', [
    Object.values(given).map((person) => person.id),
    passwordHash,
  ]);
  const signedIn = await Promise.all(
    personNames.map(async (name) => [name, await server.signIn(given[name])] as const),
  );
  // Built from the very list of names.
  const people = Object.fromEntries(signedIn) as World['people'];
  const rows = await layRows(server, db, { mandantId, firmId: firm.id, consultantNumber, by: own.id });
  const call = async <T>(who: PersonName | null, request: Request): Promise<T> => {
    const answer = await server.ask(who && people[who], request);
    if (answer.status >= 400) throw new Error(`${request.method} ${request.path}: ${answer.status} ${answer.text}`);
    // The caller names the part of the contract's answer that it reads.
    return (answer.text === '' ? undefined : JSON.parse(answer.text)) as T;
  };
  return {
    server,
    db,
    mandantId,
    firmId: firm.id,
    consultantNumber,
    people,
    ids: { ...rows, leaverOfMandant: leaverOfMandant.id, leaverOfFirm: leaverOfFirm.id },
    call,
    linkTo: async (email) => {
      const [mail] = await db.sql<{ link: string }>(
        'select link from mails where recipient = $1 and link is not null order by created_at desc, id desc limit 1',
        [email],
      );
      return mail?.link.split('#')[1] ?? '';
    },
  };
}

/** Vouchers in every state with real bytes, a connection, deliveries, invitations and an API key. */
async function layRows(
  server: TestServer,
  db: TestDatabase,
  at: { mandantId: Id; firmId: Id; consultantNumber: number; by: Id },
) {
  const { services } = server;
  const { mandantId } = at;
  const now = services.now();
  const id = () => services.newId();
  const bytes = pdfOf(`Beleg ${mandantId}`);
  const { sha256, size } = await services.blobs.put(mandantId, streamOf(bytes), { maxBytes: 1_000_000 });
  await db.sql('insert into blobs (mandant_id, sha256, size, created_at) values ($1, $2, $3, $4)', [
    mandantId,
    sha256,
    size,
    now,
  ]);
  const connectionId = id();
  await db.sql(
    `insert into connections (mandant_id, id, channel, consultant_number, mandant_number, client_id, company_name, switched_on, switched_at,
       dataset, setup, checked_at, reachable, reachable_since, last_success_at, created_at)
     values ($1, $2, 'belegbilderservice', $3, 101, $4, 'Verschwiegen GmbH', true, $5, '{}', 'ready', $5, true, $5, $5, $5)`,
    [mandantId, connectionId, at.consultantNumber, `${at.consultantNumber}-101`, now],
  );
  await db.sql(
    `insert into grants (mandant_id, id, connection_id, granted_by, person_name, state, refresh_expires_at, scopes, consented_at)
     values ($1, $2, $3, $4, 'Anja Köhler', 'valid', $5, '{}', $6)`,
    [mandantId, id(), connectionId, at.by, new Date(now.getTime() + 300 * 86_400_000), now],
  );
  const voucher = async (status: string) => {
    const voucherId = id();
    await db.sql(
      `insert into vouchers (mandant_id, id, received_at, upload_id, sha256, size, media_type, original_name, status, handed_in_by)
       values ($1, $2, $3, $4, $5, $6, 'application/pdf', 'geheim.pdf', $7, $8)`,
      [mandantId, voucherId, now, id(), sha256, size, status, JSON.stringify({ type: 'user', id: at.by })],
    );
    return voucherId;
  };
  const delivery = async (voucherId: Id, phase: string) => {
    const deliveryId = id();
    await db.sql(
      `insert into deliveries (mandant_id, id, voucher_id, connection_id, channel, consultant_number, mandant_number, run, guid,
         file_name_sent, phase, created_at, created_by, arrived_at, ended_at)
       values ($1, $2, $3, $4, 'belegbilderservice', $5, 101, 1, $6, 'geheim.pdf', $7, $8, '{"type":"system"}', $9, $9)`,
      [
        mandantId,
        deliveryId,
        voucherId,
        connectionId,
        at.consultantNumber,
        deliveryId.toUpperCase(),
        phase,
        now,
        phase === 'arrived' ? now : null,
      ],
    );
    await db.sql('insert into delivery_attempts (mandant_id, delivery_id, number, begun_at) values ($1, $2, 1, $3)', [
      mandantId,
      deliveryId,
      now,
    ]);
    return deliveryId;
  };
  const delivered = await voucher('delivered');
  const received = await voucher('received');
  const failed = await voucher('error');
  const inQuestion = await voucher('question');
  await db.sql('insert into vouchers_to_inspect (mandant_id, voucher_id, received_at) values ($1, $2, $3)', [
    mandantId,
    received,
    now,
  ]);
  const arrivedDelivery = await delivery(delivered, 'arrived');
  await delivery(failed, 'failed');
  const deliveryInQuestion = await delivery(inQuestion, 'question');
  await db.sql('update deliveries set maybe_there = true where mandant_id = $1 and id = $2', [
    mandantId,
    deliveryInQuestion,
  ]);
  await db.sql(
    "insert into voucher_field_changes (mandant_id, id, voucher_id, at, actor, fields) values ($1, $2, $3, $4, $5, '{}')",
    [mandantId, id(), delivered, now, JSON.stringify({ type: 'user', id: at.by })],
  );
  const entryId = id();
  for (const [table, scope] of [
    ['mandant', mandantId],
    ['firm', at.firmId],
  ] as const) {
    await db.sql(
      `insert into ${table}_history (${table}_id, id, at, kind, actor, subject, data, commitments)
       values ($1, $2, $3, 'mandant.changed', '{"type":"system"}', $4, '{}', '{}')`,
      [scope, entryId, now, JSON.stringify({ mandantId })],
    );
    await db.sql(
      `insert into ${table}_history_people (${table}_id, entry_id, label, value, salt) values ($1, $2, 'mandant.name', $3, repeat('0', 32))`,
      [scope, entryId, mandantName],
    );
  }
  await db.sql(
    `insert into receipts (mandant_id, id, delivery_id, body, body_hash, history_entry_id, created_at)
     values ($1, $2, $3, '{}', repeat('0', 64), $4, $5)`,
    [mandantId, id(), arrivedDelivery, entryId, now],
  );
  await db.sql(
    `insert into datev_sign_ins (mandant_id, id, user_id, session_id, step, mode, created_at, expires_at)
     values ($1, $2, $3, $2, 'failed', 'session', $4, $4)`,
    [mandantId, id(), at.by, now],
  );
  await db.sql(
    `insert into engagement_invitations (mandant_id, id, email, token_hash, access_from, invited_by, created_at, expires_at, withdrawn_at)
     values ($1, $2, 'alt@example.com', $3, '2026-01-01', $4, $5, $5, $5)`,
    [mandantId, id(), services.newId(), at.by, now],
  );
  const invitation = async (kind: 'staff' | 'member') => {
    const invitationId = id();
    await db.sql(
      `insert into invitations (id, kind, token_hash, email, ${kind === 'staff' ? 'firm_id' : 'mandant_id'}, role, invited_by, created_at, expires_at)
       values ($1, $2, $3, 'offen@example.com', $4, 'user', $5, $6, $7)`,
      [
        invitationId,
        kind,
        services.newId(),
        kind === 'staff' ? at.firmId : mandantId,
        at.by,
        now,
        new Date(now.getTime() + 86_400_000),
      ],
    );
    return invitationId;
  };
  await db.sql(
    `insert into api_keys (id, user_id, mandant_id, rights, name, prefix, token_hash, created_at)
     values ($1, $2, $3, '{read}', 'Schlüssel', 'brk_x', $4, $5)`,
    [id(), at.by, mandantId, services.newId(), now],
  );
  return {
    connectionFile: await layLink(server, db, at),
    connectionId,
    delivered,
    received,
    failed,
    deliveryInQuestion,
    sha256,
    memberInvitation: await invitation('member'),
    staffInvitation: await invitation('staff'),
  };
}

/** What a connector that is gone has left: file, client, order, request; no binding that lives. */
async function layLink(server: TestServer, db: TestDatabase, at: { mandantId: Id; firmId: Id; by: Id }): Promise<Id> {
  const { services } = server;
  const now = services.now();
  const connectorId = await layConnector(db, services, at.firmId);
  await db.sql('update connectors set revoked_at = $2 where id = $1', [connectorId, now]);
  await layFigures(db, services, { mandantId: at.mandantId, connectorId, text: mandantName });
  const guid = services.newId();
  const of = { firmId: at.firmId, connectorId };
  await layClient(db, services, of, { guid, name: mandantName, consultantNumber: null, mandantNumber: null });
  await db.sql(
    `insert into connector_orders (firm_id, id, connector_id, mandant_id, kind, "order", state, issued_at, ended_at)
     values ($1, $2, $3, $4, 'listYears', $5, 'ended', $6, $6)`,
    [
      at.firmId,
      services.newId(),
      connectorId,
      at.mandantId,
      JSON.stringify({ kind: 'listYears', clientGuid: guid }),
      now,
    ],
  );
  await db.sql(
    `insert into binding_requests (mandant_id, id, engagement_id, connector_id, client_guid, company_name, consultant_number, mandant_number,
       asked_by, asked_at, withdrawn_at)
     select $1, $2, id, $3, $4, $5, 1, 1, $6, $7, $7 from engagements where mandant_id = $1 and ended_at is null`,
    [at.mandantId, services.newId(), connectorId, guid, mandantName, at.by, now],
  );
  const fileId = services.newId();
  await db.sql(
    `insert into connector_files (firm_id, id, code_hash, created_at, created_by, expires_at) values ($1, $2, $3, $4, $5, $6)`,
    [at.firmId, fileId, services.newId(), now, at.by, new Date(now.getTime() + 86_400_000)],
  );
  return fileId;
}

/** Replaces the laid-out connection by one that really went the whole way at the sandbox. */
export async function connectAtDatev(world: World): Promise<Id> {
  const { db, mandantId } = world;
  await db.sql('update grants set state = $2 where mandant_id = $1', [mandantId, 'revoked']);
  await db.sql('update connections set severed_at = $2 where mandant_id = $1', [
    mandantId,
    world.server.services.now(),
  ]);
  const { flowId } = await signInAtDatev(world);
  const { url } = await world.call<{ url: string }>('own', await chosenDataset(world, flowId));
  await comeBack(world, url);
  const [row] = await db.sql<{ id: Id }>(
    "select id from connections where mandant_id = $1 and channel = 'belegbilderservice' and severed_at is null",
    [mandantId],
  );
  if (!row) throw new Error('no connection was made');
  return row.id;
}

/** Up to the choice of a dataset. */
export async function signInAtDatev(world: World): Promise<{ flowId: Id }> {
  const started = await world.call<{ flowId: Id; url: string }>('own', {
    method: 'POST',
    path: `/mandanten/${world.mandantId}/datev-sign-in`,
    body: {},
  });
  await comeBack(world, started.url);
  return started;
}

/** The person signs in at the sandbox; what DATEV would send the browser back to. */
export async function backFrom(world: World, url: string): Promise<string> {
  const back = await world.server.sandbox.control.signIn(url, { person: sandboxPerson });
  return back.slice(back.indexOf('/datev/callback'));
}

async function comeBack(world: World, url: string): Promise<Answer> {
  const answer = await world.server.ask(world.people.own, { method: 'GET', path: await backFrom(world, url) });
  if (answer.status !== 302 || /datev=(?!ok)/.test(answer.location ?? ''))
    throw new Error(`${answer.status} ${answer.location} ${answer.text}`);
  return answer;
}

export async function chosenDataset(world: World, flowId: Id): Promise<Request> {
  const path = `/mandanten/${world.mandantId}/datev-sign-in/${flowId}`;
  const flow = await world.call<{ datasets: { key: string; consultantNumber: number; mandantNumber: number }[] }>(
    'own',
    {
      method: 'GET',
      path,
    },
  );
  const mine = flow.datasets.find((one) => one.consultantNumber === world.consultantNumber);
  if (!mine) throw new Error('the sandbox does not offer the dataset of this world');
  return { method: 'POST', path: `${path}/dataset`, body: { key: mine.key } };
}
