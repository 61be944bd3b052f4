import type { Caller, Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { identify } from './identify.ts';
import { whyOver } from './sessions.ts';

/** Like {@link identify}, but a session that is over is refused with the reason: a page that was open when it ended tells it. */
export async function identifyOrTell(
  services: Services,
  shown: Parameters<typeof identify>[1],
): Promise<Caller | null> {
  const caller = await identify(services, shown);
  const { sessionToken, bearer } = shown;
  if (caller || bearer || !sessionToken) return caller;
  const look = (tx: Tx) => whyOver(tx, services, sessionToken);
  const detail = await services.withRole('auth', look, { readOnly: true });
  if (detail) throw refuse('not_signed_in', { detail });
  return null;
}
