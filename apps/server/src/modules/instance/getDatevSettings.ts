import { api } from '@bruecke/contract';
import { asOperator } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { readDatevRow } from './datevSettings.ts';

/** What is entered, without the secret: that one is written, never read. */
export function getDatevSettings(ctx: Ctx) {
  return asOperator(ctx, async (tx) => {
    const row = await readDatevRow(tx);
    return {
      settings: row?.settings ?? null,
      hasSecret: row?.secret != null,
      suggestedRedirectUri: `${ctx.settings.publicUrl}/api/v1${api.connections.callback.path}`,
    };
  });
}
