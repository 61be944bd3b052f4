import type { Services } from '../../context.ts';
import { Refusal, refuse } from '../../refusal.ts';
import { findAccount, findOpenLink } from './accounts.ts';
import { networkOf, throttle } from './throttle.ts';

/** What a link is for; told to whoever holds it. Refuses with `link_expired` also what was never a link. */
export async function lookUpInvitation(services: Services, input: { token: string; ip: string }) {
  const found = await services.withRole('auth', async (tx) => {
    const refusal = await throttle(tx, services, 'linkFrom', networkOf(input.ip));
    if (refusal) return refusal;
    const link = await findOpenLink(tx, services, input.token);
    if (!link || link.kind === 'passwordReset') return refuse('link_expired');
    const firm = link.firm_id
      ? await tx.selectFrom('firms').select('name').where('id', '=', link.firm_id).executeTakeFirst()
      : undefined;
    const mandant = link.mandant_id
      ? await tx.selectFrom('mandanten').select('name').where('mandant_id', '=', link.mandant_id).executeTakeFirst()
      : undefined;
    const account = link.email === null ? null : await findAccount(tx, { email: link.email });
    return {
      kind: link.kind,
      email: link.email,
      organisation: firm?.name ?? mandant?.name ?? null,
      role: link.role,
      hasAccount: account !== null,
    };
  });
  if (found instanceof Refusal) throw found;
  return found;
}
