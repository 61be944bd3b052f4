import type { AnswerOf, api } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import type { Ctx } from '../../context.ts';
import type { StoredReachableDataset } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { hashToken } from '../../secrets/encryption.ts';
import type { SignInRow } from './signInRow.ts';

type Answer = AnswerOf<typeof api.connections.getSignIn>;

/** A person searches a list of thousands rather than scrolling it. */
const shown = 200;

const stateByStep = {
  session: 'started',
  choosing: 'choosing',
  consent: 'consenting',
  done: 'done',
  failed: 'failed',
} as const;

/** State of a sign-in at DATEV and the datasets it reaches, those that fit the Kanzleiverbindung first. */
export function getSignIn(ctx: Ctx, input: { mandantId: Id; flowId: Id; text?: string }): Promise<Answer> {
  return inMandant(ctx, input.mandantId, 'connections', async (tx) => {
    const signIn = await ownSignIn(tx, ctx, input);
    const expected = await expectedNumbers(tx, input.mandantId);
    const text = (input.text ?? '').trim().toLocaleLowerCase('de');
    const found = signIn.datasets.filter((dataset) => text === '' || searchText(dataset).includes(text));
    const rows = found
      .map((dataset) => ({
        key: datasetKey(signIn.id, dataset.clientId),
        companyName: dataset.companyName,
        consultantNumber: dataset.consultantNumber,
        mandantNumber: dataset.mandantNumber,
        fits: expected === null || fits(dataset, expected),
      }))
      .sort((a, b) => Number(b.fits) - Number(a.fits) || a.companyName.localeCompare(b.companyName, 'de'));
    return {
      state: stateByStep[signIn.step],
      connectionId: signIn.connection_id,
      personName: signIn.person_name,
      datasets: rows.slice(0, shown),
      datasetsTotal: rows.length,
      failure: signIn.failure,
    };
  });
}

/** A sign-in belongs to the person who began it; for anyone else it is not there. */
export async function ownSignIn(tx: Tx, ctx: Ctx, input: { mandantId: Id; flowId: Id }): Promise<SignInRow> {
  const signIn = await tx
    .selectFrom('datev_sign_ins')
    .selectAll()
    .where('mandant_id', '=', input.mandantId)
    .where('id', '=', input.flowId)
    .where('user_id', '=', ctx.caller.userId)
    .executeTakeFirst();
  if (!signIn) throw refuse('not_found');
  return signIn;
}

/** Names a dataset towards the browser: DATEV's technical client id must not be shown (requirement D-11). */
export function datasetKey(flowId: Id, clientId: string): string {
  return hashToken(`${flowId}:${clientId}`).slice(0, 32);
}

/** The numbers that the open Kanzleiverbindung makes one expect; null without one. */
export async function expectedNumbers(
  tx: Tx,
  mandantId: Id,
): Promise<{ consultantNumber: number; mandantNumber: number } | null> {
  const row = await tx
    .selectFrom('engagements as e')
    .innerJoin('firms as f', 'f.id', 'e.firm_id')
    .select(['f.consultant_number as consultantNumber', 'e.mandant_number as mandantNumber'])
    .where('e.mandant_id', '=', mandantId)
    .where('e.ended_at', 'is', null)
    .executeTakeFirst();
  return row ?? null;
}

export function fits(
  dataset: { consultantNumber: number; mandantNumber: number },
  expected: { consultantNumber: number; mandantNumber: number },
): boolean {
  return dataset.consultantNumber === expected.consultantNumber && dataset.mandantNumber === expected.mandantNumber;
}

function searchText(dataset: StoredReachableDataset): string {
  return `${dataset.companyName} ${dataset.consultantNumber} ${dataset.mandantNumber}`.toLocaleLowerCase('de');
}
