import { defaultDocumentTypes, type Id } from '@bruecke/model';
import type { StoredDocumentType } from '../../db/storedValues.ts';
import type { Tx } from '../../db/withTenant.ts';
import { refuse } from '../../refusal.ts';

export type Target = {
  consultantNumber: number;
  mandantNumber: number;
  switchedOn: boolean;
  documentTypes: readonly StoredDocumentType[] | null;
};

/** Where vouchers of this Mandant go at present; null while no connection is set up. */
export async function findTarget(tx: Tx, mandantId: Id): Promise<Target | null> {
  const row = await tx
    .selectFrom('connections')
    .select(['consultant_number', 'mandant_number', 'switched_on', 'dataset'])
    .where('mandant_id', '=', mandantId)
    .where('channel', '=', 'belegbilderservice')
    .where('severed_at', 'is', null)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
  if (!row) return null;
  const types = row.dataset.documentTypes;
  return {
    consultantNumber: row.consultant_number,
    mandantNumber: row.mandant_number,
    switchedOn: row.switched_on,
    documentTypes: types && types.length > 0 ? types : null,
  };
}

/** The Belegtypen to choose from: those of the Bestand where it is known, else the usual ones. */
export function documentTypesOf(target: Target | null): readonly StoredDocumentType[] {
  return target?.documentTypes ?? defaultDocumentTypes;
}

/** @throws Refusal `document_type_unknown` for a Belegtyp that this Mandant does not have */
export async function checkDocumentTypes(tx: Tx, mandantId: Id, names: ReadonlySet<string>): Promise<void> {
  const known = new Set(documentTypesOf(await findTarget(tx, mandantId)).map((type) => type.name));
  for (const name of names) if (!known.has(name)) throw refuse('document_type_unknown');
}

/** Whether a Belegtyp stands for what the Mandant itself wrote; then the other side of the voucher is the buyer. */
export function isOutgoing(types: readonly StoredDocumentType[], name: string | null): boolean {
  return name !== null && types.some((type) => type.name === name && type.category === 'outgoing_invoices');
}
