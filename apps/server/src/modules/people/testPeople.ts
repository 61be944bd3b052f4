import type { Ctx } from '../../context.ts';
import type { TestDatabase } from '../../db/testDatabase.ts';
import { Refusal } from '../../refusal.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, type TestPerson } from '../../testServices.ts';
import { setPassword } from './accounts.ts';
import { identify } from './identify.ts';
import { hashPassword } from './passwords.ts';
import type { From } from './sessions.ts';

export const goodPassword = 'Drei Kähne im Nebel';

/** What the tests of this module share: services, people who can sign in, and a look at what was written. */
export function createPeopleTestbed(db: TestDatabase) {
  const services = createTestServices(db);
  return {
    services,
    lay: testFirms(db, services),
    from: (given: Partial<From> = {}): From => ({
      ip: '192.0.2.7',
      userAgent: 'Browser',
      sessionToken: null,
      ...given,
    }),
    givePassword: async (person: TestPerson, password = goodPassword) => {
      const hash = await hashPassword(services, password);
      await services.withRole('auth', (tx) => setPassword(tx, person.id, hash));
      return person;
    },
    /** The verbs' context of the session behind a token. */
    ctxOfToken: async (token: string): Promise<Ctx> => {
      const caller = await identify(services, { sessionToken: token, bearer: null });
      if (!caller) throw new Error('the token is not good');
      return { ...services, caller };
    },
    ctxOf: (person: TestPerson, given: Parameters<typeof ctxOf>[2] = {}) => ctxOf(services, person, given),
    mails: () =>
      db.sql<{ recipient: string; kind: string; link: string | null }>('select * from mails order by created_at, id'),
    /** The token of the newest mail's link to this address. */
    lastLink: async (recipient: string): Promise<string> => {
      const [mail] = await db.sql<{ link: string }>(
        'select link from mails where recipient = $1 and link is not null order by created_at desc, id desc limit 1',
        [recipient],
      );
      return mail?.link.split('#')[1] ?? '';
    },
    history: (table: 'instance' | 'firm' | 'mandant', kind: string) =>
      db.sql<{ id: string; actor: { id: string }; subject: object; data: Record<string, unknown> }>(
        `select * from ${table}_history where kind = $1 order by at, id`,
        [kind],
      ),
  };
}

/** The code of the refusal that a verb ends with; 'done' when it does not refuse. */
export async function codeOf(running: Promise<unknown>): Promise<string> {
  try {
    await running;
    return 'done';
  } catch (error) {
    if (error instanceof Refusal) return error.code;
    throw error;
  }
}
