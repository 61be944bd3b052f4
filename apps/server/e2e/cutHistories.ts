import type { Id, Right } from '@bruecke/model';
import type { Ctx } from '../src/context.ts';
import type { TestDatabase } from '../src/db/testDatabase.ts';
import { deliver } from '../src/modules/deliveries/index.ts';
import { acceptEngagement } from '../src/modules/engagements/acceptEngagement.ts';
import { confirmEngagement } from '../src/modules/engagements/confirmEngagement.ts';
import { cutEngagement } from '../src/modules/engagements/cutEngagement.ts';
import { inviteFirm } from '../src/modules/engagements/inviteFirm.ts';
import { changeStaff } from '../src/modules/firms/changeStaff.ts';
import { openAccessToken, openRefreshToken, sealTokens } from '../src/modules/grants/tokens.ts';
import { readDatevSettings } from '../src/modules/instance/index.ts';
import { changeMember } from '../src/modules/mandanten/changeMember.ts';
import { inviteMember } from '../src/modules/mandanten/inviteMember.ts';
import { restrictMandant } from '../src/modules/mandanten/restrict.ts';
import { setAssignments } from '../src/modules/mandanten/setAssignments.ts';
import { createApiKey } from '../src/modules/people/createApiKey.ts';
import { handInBytes, pdfOf } from '../src/modules/vouchers/testVouchers.ts';
import { Refusal } from '../src/refusal.ts';
import { testFirms } from '../src/testFirms.ts';
import { ctxOf, day, type TestPerson } from '../src/testServices.ts';
import { connectAtDatev, layWorld, type World } from './tenancy/world.ts';
import type { SignedIn, TestServer } from './testServer.ts';

/** A firm with people who are signed in, and a token that DATEV takes for its dataset. */
export type Firm = {
  readonly id: Id;
  readonly consultantNumber: number;
  readonly admins: readonly SignedIn[];
  readonly user: SignedIn;
  readonly people: readonly SignedIn[];
  readonly tokens: { accessToken: string; accessExpiresAt: Date; refreshToken: string; refreshExpiresAt: Date };
};

/** A firm of a populated world, whose own Mandant went the whole way at the sandbox once: all histories use that dataset. */
export async function layFirm(server: TestServer, db: TestDatabase): Promise<Firm & { world: World }> {
  const world = await layWorld(server, db);
  const connectionId = await connectAtDatev(world);
  const [grant] = await db.sql<{
    id: Id;
    access_token: Buffer;
    refresh_token: Buffer;
    access_expires_at: Date;
    refresh_expires_at: Date;
  }>("select * from grants where connection_id = $1 and state = 'valid'", [connectionId]);
  if (!grant) throw new Error('the consent made no grant');
  const { encryption } = server.services;
  const { firmAdmin, namedAdmin, unassigned } = world.people;
  return {
    world,
    id: world.firmId,
    consultantNumber: world.consultantNumber,
    admins: [firmAdmin, namedAdmin],
    user: unassigned,
    people: [firmAdmin, namedAdmin, unassigned],
    tokens: {
      accessToken: openAccessToken(encryption, grant.id, grant.access_token),
      accessExpiresAt: grant.access_expires_at,
      refreshToken: openRefreshToken(encryption, grant.id, grant.refresh_token),
      refreshExpiresAt: grant.refresh_expires_at,
    },
  };
}

/** The same numbers for the same seed (mulberry32). */
export function numbers(seed: number): { below(n: number): number; pick<T>(list: readonly T[]): T } {
  let state = seed >>> 0;
  const below = (n: number): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) % n;
  };
  return {
    below,
    pick: (list) => {
      const one = list[below(list.length)];
      if (one === undefined) throw new Error('nothing to pick from');
      return one;
    },
  };
}

export type History = {
  readonly server: TestServer;
  readonly db: TestDatabase;
  readonly random: ReturnType<typeof numbers>;
  readonly mandantId: Id;
  readonly name: string;
  readonly own: SignedIn;
  readonly helper: TestPerson;
  /** The firm whose turn it is, null after a cut. */
  firm: Firm | null;
  readonly former: Set<Firm>;
  /** People of a firm who joined the Mandant's side too. */
  readonly onBothSides: Set<Id>;
  mandantNumber: number;
  readonly steps: string[];
};

let mandanten = 0;

export async function begin(server: TestServer, db: TestDatabase, firm: Firm, seed: number): Promise<History> {
  const make = testFirms(db, server.services);
  mandanten += 1;
  const name = `Mandant ${seed}`;
  const mandantNumber = 1000 + mandanten;
  const { id: mandantId } = await make.mandant(name, { firmId: firm.id, mandantNumber });
  const own = await server.signIn(await make.member(mandantId, 'Clara Eigen'));
  const helper = await make.member(mandantId, 'Hans Hilfe', 'user', ['read', 'handIn']);
  const random = numbers(seed);
  return {
    server,
    db,
    random,
    mandantId,
    name,
    own,
    helper,
    firm,
    former: new Set(),
    onBothSides: new Set(),
    mandantNumber,
    steps: [],
  };
}

const as = (history: History, person: TestPerson): Ctx => ctxOf(history.server.services, person);

/** Consents at DATEV for the present firm's dataset, whoever it is that consents. */
export async function connect(history: History): Promise<void> {
  const { db, mandantId, firm, random } = history;
  if (!firm) return;
  const { services } = history.server;
  const now = services.now();
  const [living] = await db.sql('select from connections where mandant_id = $1 and severed_at is null', [mandantId]);
  if (living) return;
  const connectionId = services.newId();
  const grantId = services.newId();
  const by = random.pick([history.own, ...firm.admins]);
  await db.sql(
    `insert into connections (mandant_id, id, channel, consultant_number, mandant_number, client_id, company_name, switched_on, switched_at,
       dataset, setup, checked_at, reachable, reachable_since, last_success_at, created_at, created_by)
     values ($1, $2, 'belegbilderservice', $3, 101, $4, 'Muster GmbH', true, $5, '{}', 'ready', $5, true, $5, $5, $5, $6)`,
    [mandantId, connectionId, firm.consultantNumber, `${firm.consultantNumber}-101`, now, by.id],
  );
  const sealed = sealTokens(services.encryption, grantId, { ...tokensOf(firm) });
  await db.sql(
    `insert into grants (mandant_id, id, connection_id, granted_by, person_name, state, refresh_expires_at, scopes, consented_at,
       access_token, access_expires_at, refresh_token)
     values ($1, $2, $3, $4, 'Anja Köhler', 'valid', $5, '{}', $6, $7, $8, $9)`,
    [
      mandantId,
      grantId,
      connectionId,
      by.id,
      new Date(now.getTime() + 300 * day),
      now,
      sealed.access_token,
      sealed.access_expires_at,
      sealed.refresh_token,
    ],
  );
}

function tokensOf(firm: Firm): Parameters<typeof sealTokens>[2] {
  const { accessToken, accessExpiresAt, refreshToken, refreshExpiresAt } = firm.tokens;
  return { accessToken, accessExpiresAt, refreshToken, refreshExpiresAt, scopes: [] };
}

/** One step of a history. Refusals are part of life: what the rules forbid at this moment just does not happen. */
export async function step(history: History): Promise<void> {
  const { random, firm } = history;
  const people = firm ? firm.people : [];
  const who = random.pick([history.own, history.helper, ...people]);
  const whoOfFirm = firm ? random.pick(firm.people) : null;
  const kind = random.pick([
    'handIn',
    'handIn',
    'assign',
    'restrict',
    'connect',
    'deliver',
    'role',
    'key',
    'invite',
    'both',
    'rights',
  ]);
  history.steps.push(kind);
  try {
    switch (kind) {
      case 'handIn':
        await handInBytes(
          as(history, who),
          history.mandantId,
          pdfOf(`${history.name} ${history.steps.length} ${random.below(1e9)}`),
        );
        return;
      case 'assign':
        if (!firm) return;
        await setAssignments(as(history, random.pick([history.own, ...firm.admins])), {
          mandantId: history.mandantId,
          assignments: random.below(3) === 0 ? [] : [{ userId: random.pick(firm.people).id, function: 'accounting' }],
        });
        return;
      case 'restrict':
        if (!firm) return;
        await restrictMandant(as(history, random.pick([history.own, ...firm.admins])), {
          mandantId: history.mandantId,
          userId: random.below(2) === 0 ? null : random.pick(firm.admins).id,
        });
        return;
      case 'connect':
        await connect(history);
        return;
      case 'deliver':
        await deliverAll(history);
        return;
      case 'role':
        if (!firm) return;
        await changeStaff(as(history, random.pick(firm.admins)), {
          firmId: firm.id,
          userId: firm.user.id,
          mayManageConnections: random.below(2) === 0,
        });
        return;
      case 'key':
        await createApiKey(as(history, who), { name: 'Skript', mandantId: history.mandantId, rights: ['read'] });
        return;
      case 'invite':
        await inviteMember(as(history, who), {
          mandantId: history.mandantId,
          email: `${history.server.services.newId()}@example.com`,
          role: 'admin',
          rights: [],
        });
        return;
      case 'both':
        if (!whoOfFirm || history.onBothSides.has(whoOfFirm.id) || random.below(3) > 0) return;
        await testFirms(history.db, history.server.services).joinMandant(history.mandantId, whoOfFirm.id, 'user', [
          'read',
        ]);
        history.onBothSides.add(whoOfFirm.id);
        return;
      case 'rights':
        await changeMember(as(history, history.own), {
          mandantId: history.mandantId,
          userId: history.helper.id,
          rights: random.pick<Right[]>([['read'], ['read', 'handIn'], ['read', 'handIn', 'edit']]) as (
            | 'read'
            | 'handIn'
            | 'edit'
          )[],
        });
        return;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    history.steps.push(error.code);
  }
}

/** What a worker would do with every delivery there is. */
export async function deliverAll(history: History): Promise<void> {
  const { services } = history.server;
  const settings = await services.withTenant({ as: 'job', mandantId: history.mandantId }, (tx) =>
    readDatevSettings(tx, services),
  );
  const rows = await history.db.sql<{ id: Id }>('select id from deliveries where mandant_id = $1', [history.mandantId]);
  for (const { id } of rows) await deliver(services, settings, { mandantId: history.mandantId, deliveryId: id });
}

/** Cut by either side, by somebody who sees the Mandant at this moment; a worker is at it at the same time. */
export async function cut(history: History): Promise<Firm> {
  const { firm, db, mandantId } = history;
  if (!firm) throw new Error('there is nothing to cut');
  const seeing = await db.sql<{ user_id: Id }>(
    "select user_id from access where mandant_id = $1 and 'cut' = any (rights)",
    [mandantId],
  );
  const may = [history.own, ...firm.admins].filter((person) => seeing.some((row) => row.user_id === person.id));
  const by = history.random.pick(may);
  history.steps.push(by === history.own ? 'cutByMandant' : 'cutByFirm');
  await cutEngagement(as(history, by), { mandantId, mandantName: history.name });
  history.firm = null;
  history.former.add(firm);
  return firm;
}

/** The whole way of a new firm: invited, accepted, code read out, confirmed. */
export async function engage(history: History, firm: Firm): Promise<void> {
  const { mandantId, own, db } = history;
  const email = `${history.server.services.newId()}@example.com`;
  const invited = await inviteFirm(as(history, own), { mandantId, email, accessFrom: '2026-01-01' });
  const [mail] = await db.sql<{ link: string }>('select link from mails where recipient = $1', [email]);
  const token = mail?.link.split('#')[1] ?? '';
  const [admin] = firm.admins;
  if (!admin) throw new Error('a firm has an admin');
  history.mandantNumber += 20_000;
  const accepted = await acceptEngagement(as(history, admin), {
    firmId: firm.id,
    token,
    mandantNumber: history.mandantNumber,
  });
  const { checkCode } = accepted.answer;
  await confirmEngagement(as(history, own), { mandantId, invitationId: invited.answer.id, checkCode });
  history.former.delete(firm);
  history.firm = firm;
  history.steps.push('engage');
}
