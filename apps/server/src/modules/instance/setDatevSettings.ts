import { checkSettings, isProductionRedirect } from '@bruecke/datev-online';
import { asOperator } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import { actedBy, recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { settingPurpose } from '../../secrets/purposes.ts';
import { readDatevRow, type StoredDatevSettings, settingsKey, toProtocolSettings } from './datevSettings.ts';

/** What may change while the secret stays: everything else decides to whom the secret and the tokens go. */
const harmless = new Set(['redirectUri', 'connectedAppsUrl']);

/**
 * Enters the app that this instance has at DATEV. Without `clientSecret` the stored one stays, unless the app or an address it is
 * used with changes: a secret that can't be read must not be sent elsewhere either. Refuses with `invalid_input`, one line per field.
 */
export async function setDatevSettings(ctx: Ctx, input: { settings: StoredDatevSettings; clientSecret?: string }) {
  const { settings, clientSecret } = input;
  return asOperator(ctx, async (tx) => {
    const before = await readDatevRow(tx);
    const changed = changedNames(before?.settings ?? null, settings);
    const kept = changed.every((name) => harmless.has(name)) ? (before?.secret ?? null) : null;
    check(settings, clientSecret, kept !== null);
    if (changed.length === 0 && clientSecret === undefined) return { answer: undefined, history: 'unchanged' as const };
    const secret = clientSecret === undefined ? kept : ctx.encryption.seal(clientSecret, settingPurpose(settingsKey));
    const row = { value: JSON.stringify(settings), secret, changed_at: ctx.now(), changed_by: ctx.caller.userId };
    await tx
      .insertInto('instance_settings')
      .values({ key: settingsKey, ...row })
      .onConflict((conflict) => conflict.column('key').doUpdateSet(row))
      .execute();
    const history = await recordHistory(tx, ctx, {
      at: ctx.now(),
      kind: 'instance.settingsChanged',
      subject: { setting: settingsKey },
      data: { changed, secretChanged: clientSecret !== undefined, environment: settings.environment },
      ...actedBy(ctx.caller),
      instance: true,
    });
    return { answer: undefined, history };
  });
}

function changedNames(before: StoredDatevSettings | null, after: StoredDatevSettings): string[] {
  const old = new Map<string, unknown>(Object.entries(before ?? {}));
  return Object.entries(after)
    .filter(([name, value]) => old.get(name) !== value)
    .map(([name]) => name);
}

function check(settings: StoredDatevSettings, clientSecret: string | undefined, keptSecret: boolean): void {
  // The stored secret was checked when it came.
  const problems: { setting: string; problem: string }[] = checkSettings(
    toProtocolSettings(settings, clientSecret ?? (keptSecret ? 'kept' : '')),
  );
  // DATEV blocks an app that registers another one; the operator would learn it from the first person who signs in.
  if (settings.environment === 'production' && !isProductionRedirect(settings.redirectUri))
    problems.push({ setting: 'redirectUri', problem: 'DATEV does not register it for production' });
  if (problems.length === 0) return;
  throw refuse('invalid_input', {
    fields: problems.map(({ setting, problem }) => ({
      path: setting === 'clientSecret' ? 'clientSecret' : `settings.${setting}`,
      message: problem,
    })),
  });
}
