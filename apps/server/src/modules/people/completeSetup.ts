import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { type Account, createAccount, findAccount, findOpenLink, useLink } from './accounts.ts';
import { hasNoFirm } from './ensureSetupLink.ts';
import { checkPassword, hashPassword } from './passwords.ts';
import { beginSession, type From } from './sessions.ts';
import { networkOf, throttle } from './throttle.ts';

type Input = {
  token: string;
  firmName: string;
  consultantNumber: number;
  name: string;
  email: string;
  password: string;
  language: 'de' | 'en';
  from: From;
};

/**
 * First start: creates the first firm and the person who is its Kanzlei-Admin and the operator of the instance, and signs in.
 * Refuses with `link_expired` (also once there is a firm), `password_too_weak`.
 */
export async function completeSetup(services: Services, input: Input) {
  const { name, email, language, from } = input;
  const begun = await services.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, services, 'linkFrom', networkOf(from.ip));
    if (refusal) return refusal;
    const link = await findOpenLink(tx, services, input.token);
    if (link?.kind !== 'setup' || !(await hasNoFirm(tx))) return refuse('link_expired');
    return (await findAccount(tx, { email })) ? refuse('account_exists') : link;
  });
  if (begun instanceof Refusal) throw begun;
  checkPassword(input.password, { name, email });
  const passwordHash = await hashPassword(services, input.password);
  return services.withRole('auth', async (tx) => {
    if (!(await useLink(tx, services, begun.id))) throw refuse('link_expired');
    const account = await createAccount(tx, services, { email, name, language, passwordHash, operator: true });
    const history = await createFirstFirm(tx, services, input, account);
    const session = await beginSession(tx, services, { userId: account.id, state: 'signedIn', from });
    return { session, history };
  });
}

async function createFirstFirm(tx: Tx, services: Services, input: Input, account: Account) {
  const at = services.now();
  const firmId = services.newId();
  const { consultantNumber } = input;
  await tx
    .insertInto('firms')
    .values({ id: firmId, name: input.firmName.trim(), consultant_number: consultantNumber, created_at: at })
    .execute();
  await sql`select lock_links(${firmId}::uuid)`.execute(tx);
  await tx
    .insertInto('firm_staff')
    .values({ firm_id: firmId, user_id: account.id, role: 'admin', may_manage_connections: true, since: at })
    .execute();
  const common = {
    at,
    actor: { type: 'user', id: account.id },
    people: [{ label: 'actor.name', value: account.name, userId: account.id }],
    instance: true,
  } as const;
  return [
    await recordHistory(tx, services, {
      ...common,
      kind: 'instance.setUp',
      subject: { userId: account.id },
      data: { operator: true },
    }),
    await recordHistory(tx, services, {
      ...common,
      kind: 'firm.created',
      subject: { firmId },
      data: { consultantNumber },
      firmIds: [firmId],
    }),
  ];
}
