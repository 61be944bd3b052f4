import type { api, BodyOf } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import { inMandant } from '../../access/index.ts';
import { actorOf, type Ctx } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';
import { type ChangeableColumns, columnNames, writeChange } from '../voucherFields/index.ts';
import { checkDocumentTypes } from './documentTypes.ts';
import { cleanLine } from './fileName.ts';
import { readVoucher } from './get.ts';
import type { Voucher } from './rows.ts';

type ChangeInput = BodyOf<typeof api.vouchers.change> & { mandantId: Id; voucherId: Id };
type Changed = { answer: Voucher; history: { kind: 'voucher.fieldsChanged' } | 'unchanged' };

/**
 * Changes what a person knows better: fields, Belegtyp, note. Fields that are not named stay; null empties one. Each change is
 * kept with author and time.
 * @throws Refusal `not_found`, `document_type_unknown`
 */
export function changeVoucher(ctx: Ctx, input: ChangeInput): Promise<Changed> {
  const { mandantId, voucherId } = input;
  return inMandant(ctx, mandantId, 'edit', async (tx) => {
    // Before the voucher's lock: whoever records an answer takes the delivery first and then the voucher.
    if (input.documentType !== undefined) await changeUnsent(tx, mandantId, voucherId, input.documentType);
    const row = await tx
      .selectFrom('vouchers')
      .select(['number', 'voucher_date', 'gross_cents', 'currency', 'partner', 'document_type', 'note'])
      .where('mandant_id', '=', mandantId)
      .where('id', '=', voucherId)
      .forUpdate()
      .executeTakeFirst();
    if (!row) throw refuse('not_found');
    const columns = columnsOf(input);
    const changed = columnNames.filter((column) => column in columns && columns[column] !== row[column]);
    if (changed.includes('document_type') && columns.document_type) {
      await checkDocumentTypes(tx, mandantId, new Set([columns.document_type]));
    }
    const history =
      changed.length === 0
        ? 'unchanged'
        : await writeChange(tx, ctx, {
            mandantId,
            voucherId,
            at: ctx.now(),
            actor: actorOf(ctx.caller),
            columns: Object.fromEntries(changed.map((column) => [column, columns[column]])),
          });
    return { answer: await readVoucher(tx, input), history };
  });
}

/**
 * A delivery that is not on the wire goes out with the Belegtyp that the voucher has by then. What may be at DATEV already keeps the one
 * it was sent with: the receipt says so, and a repetition must be the same.
 */
async function changeUnsent(tx: Tx, mandantId: Id, voucherId: Id, documentType: string | null): Promise<void> {
  // Also one that is on the wire is held until the voucher is changed: should it come back unsent, it takes the type from there.
  await tx
    .selectFrom('deliveries')
    .select('id')
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', '=', voucherId)
    .where('ended_at', 'is', null)
    .forNoKeyUpdate()
    .execute();
  await tx
    .updateTable('deliveries')
    .set({ document_type: documentType })
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', '=', voucherId)
    .where('phase', 'in', ['waiting', 'question', 'failed'])
    .where('maybe_there', '=', false)
    .execute();
}

function columnsOf({ fields, documentType, note }: ChangeInput): ChangeableColumns {
  return {
    ...(fields?.number === undefined ? {} : { number: cleanLine(fields.number) }),
    ...(fields?.date === undefined ? {} : { voucher_date: fields.date }),
    ...(fields?.grossCents === undefined ? {} : { gross_cents: fields.grossCents }),
    ...(fields?.currency === undefined ? {} : { currency: fields.currency }),
    ...(fields?.partner === undefined ? {} : { partner: cleanLine(fields.partner) }),
    ...(documentType === undefined ? {} : { document_type: documentType }),
    ...(note === undefined ? {} : { note: cleanLine(note) }),
  };
}
