import type { Id } from '@bruecke/model';
import type { Ctx, Services } from '../src/context.ts';
import { hashPassword } from '../src/modules/people/index.ts';
import { consultantNumber, firmName } from './world.ts';

/** People of the demo. `key` stands in the one-click address. */
export const people = [
  { key: 'kanzlei-admin', name: 'Petra Lang', email: 'petra.lang@example.org', side: 'firm', role: 'admin' },
  { key: 'zweite-admin', name: 'Jonas Weiß', email: 'jonas.weiss@example.org', side: 'firm', role: 'admin' },
  { key: 'kanzleinutzer', name: 'Meike Scholz', email: 'meike.scholz@example.org', side: 'firm', role: 'user' },
  { key: 'kanzleinutzer-2', name: 'Cem Aydın', email: 'cem.aydin@example.org', side: 'firm', role: 'user' },
  { key: 'kanzleinutzer-3', name: 'Sabine Kraft', email: 'sabine.kraft@example.org', side: 'firm', role: 'user' },
  { key: 'mandanten-admin', name: 'Anton Huber', email: 'anton.huber@example.org', side: 'mandant', role: 'admin' },
  { key: 'betreiber', name: 'Ole Brandt', email: 'betrieb@example.org', side: 'operator', role: 'admin' },
] as const;
export type DemoPerson = (typeof people)[number];
export type DemoKey = DemoPerson['key'];

export type Cast = { firmId: Id; ids: Record<DemoKey, Id> };

/** Lays out the firm and its people; the way in is by click, or by the password that this start printed. */
export async function layOutPeople(services: Services, password: string): Promise<Cast> {
  const at = services.now();
  const firmId = services.newId();
  const ids = Object.fromEntries(people.map(({ key }) => [key, services.newId()])) as Record<DemoKey, Id>;
  const hash = await hashPassword(services, password);
  await services.withRole('auth', async (tx) => {
    await tx
      .insertInto('users')
      .values(
        people.map((person) => ({
          id: ids[person.key],
          email: person.email,
          name: person.name,
          operator: person.side === 'operator',
          created_at: at,
          disabled_at: null,
        })),
      )
      .execute();
    await tx
      .insertInto('credentials')
      .values(
        people.map(({ key }) => ({
          user_id: ids[key],
          password_hash: hash,
          totp_secret: null,
          totp_confirmed_at: null,
          totp_last_step: null,
        })),
      )
      .execute();
    await tx
      .insertInto('firms')
      .values({ id: firmId, name: firmName, consultant_number: consultantNumber, created_at: at })
      .execute();
    await tx
      .insertInto('firm_staff')
      .values(
        people
          .filter(({ side }) => side === 'firm')
          .map(({ key, role }) => ({
            firm_id: firmId,
            user_id: ids[key],
            role,
            since: at,
            may_manage_connections: key === 'kanzleinutzer',
          })),
      )
      .execute();
  });
  return { firmId, ids };
}

/** The cast of a demo that was laid out before. */
export async function findCast(services: Services): Promise<Cast | null> {
  return services.withRole('auth', async (tx) => {
    const firm = await tx
      .selectFrom('firms')
      .select('id')
      .where('consultant_number', '=', consultantNumber)
      .executeTakeFirst();
    const rows = await tx.selectFrom('users').select(['id', 'email']).execute();
    const ids = Object.fromEntries(people.map(({ key, email }) => [key, rows.find((row) => row.email === email)?.id]));
    return firm && Object.values(ids).every(Boolean) ? { firmId: firm.id, ids: ids as Record<DemoKey, Id> } : null;
  });
}

/** Acts as one of them, like the pages do. */
export function ctxOf(services: Services, cast: Cast, key: DemoKey, now?: () => Date): Ctx {
  const person = people.find((candidate) => candidate.key === key) ?? people[0];
  const clock = now ?? services.now;
  return {
    ...services,
    now: clock,
    caller: {
      userId: cast.ids[person.key],
      name: person.name,
      email: person.email,
      language: 'de',
      operator: person.side === 'operator',
      session: { id: services.newId(), csrfToken: '', freshUntil: new Date(clock().getTime() + 600_000) },
      apiKey: null,
    },
  };
}
