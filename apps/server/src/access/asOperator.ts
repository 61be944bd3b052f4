import type { Ctx } from '../context.ts';
import type { Tx } from '../db/withTenant.ts';
import { refuse } from '../refusal.ts';

/** Runs `work` with the operator's narrow view (settings, states, no tenant's content). Others are told it is not there. */
export function asOperator<T>(ctx: Ctx, work: (tx: Tx) => Promise<T>): Promise<T> {
  if (!ctx.caller.operator || ctx.caller.apiKey) throw refuse('not_found');
  return ctx.withRole('operator', work);
}
