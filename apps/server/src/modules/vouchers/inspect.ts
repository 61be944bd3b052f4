import { inspectVoucher, type VoucherFields, type VoucherInspection } from '@bruecke/formats';
import type { Id, VoucherRemark } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { type ChangeableColumns, writeChange } from '../voucherFields/index.ts';
import { documentTypesOf, findTarget, isOutgoing } from './documentTypes.ts';
import { cleanLine } from './fileName.ts';

type ToInspect = { mandantId: Id; voucherId: Id };
type Found = { remarks: VoucherRemark[]; fields: VoucherFields | null };

/**
 * Opened whole up to this size, bytes. E-invoices are below 1 MB; a larger PDF is a scan, and only asked whether it is
 * encrypted or breaks off, because opening it costs a multiple of its size in memory.
 */
const wholeUpTo = 8 * 1024 * 1024;
/**
 * Honest files take 160 ms at most, but on a machine with much else to do the thread that opens them needed 6 s to start alone.
 * Nobody waits for it here, and what is given up is not looked at again.
 */
const pdfLimits = { timeoutMs: 30_000, growthBytes: 400 * 1024 * 1024 };
/**
 * A large PDF is read in windows of so many bytes. Whether it is encrypted says the trailer or cross-reference stream (ISO 32000-2, 7.5.5 and
 * 7.5.8): at the end, or in a linearised file only at the beginning (Annex F); the last `startxref` says where.
 */
const windowBytes = 64 * 1024;

/**
 * Looks into one stored voucher: marks broken and encrypted PDFs and e-invoices, and takes over the invoice's own fields where
 * no person has said anything. Safe to repeat.
 */
export async function inspectStored(services: Services, { mandantId, voucherId }: ToInspect): Promise<void> {
  const voucher = await services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .selectFrom('vouchers')
      .select(['sha256', 'size', 'media_type'])
      .where('mandant_id', '=', mandantId)
      .where('id', '=', voucherId)
      .executeTakeFirst(),
  );
  const found = voucher ? await lookInto(services, mandantId, voucher) : { remarks: [], fields: null };
  await services.withTenant({ as: 'job', mandantId }, async (tx) => {
    await keepFindings(tx, services, { mandantId, voucherId }, found);
    await tx
      .deleteFrom('vouchers_to_inspect')
      .where('mandant_id', '=', mandantId)
      .where('voucher_id', '=', voucherId)
      .execute();
  });
}

async function lookInto(
  services: Services,
  mandantId: Id,
  voucher: { sha256: string; size: number; media_type: string },
): Promise<Found> {
  if (voucher.size > wholeUpTo) {
    if (voucher.media_type !== 'application/pdf') return { remarks: [], fields: null };
    return { remarks: await lookIntoLargePdf(services, mandantId, voucher), fields: null };
  }
  const bytes = await read(services, mandantId, voucher.sha256);
  return interpret(await inspectVoucher(bytes, voucher.media_type, pdfLimits));
}

async function lookIntoLargePdf(
  services: Services,
  mandantId: Id,
  { sha256, size }: { sha256: string; size: number },
): Promise<VoucherRemark[]> {
  const windowAt = async (start: number) => {
    const end = Math.min(start + windowBytes, size) - 1;
    return (await read(services, mandantId, sha256, { start, end })).toString('latin1');
  };
  const tail = await windowAt(size - windowBytes);
  const table = [...tail.matchAll(/startxref\s+(\d{1,10})\s+%%EOF/g)].at(-1)?.[1];
  const places = [0, ...(table !== undefined && Number(table) < size ? [Number(table)] : [])];
  const windows = [tail, ...(await Promise.all(places.map(windowAt)))];
  const remarks: VoucherRemark[] = [];
  if (windows.some((text) => /\/Encrypt\s*(\d+\s+\d+\s+R|<<)/.test(text))) remarks.push('encryptedPdf');
  if (table === undefined) remarks.push('brokenPdf');
  return remarks;
}

async function read(
  services: Services,
  mandantId: Id,
  sha256: string,
  range?: { start: number; end: number },
): Promise<Buffer> {
  const { stream } = await services.blobs.open(mandantId, sha256, range);
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function interpret({ pdf, read: invoice }: VoucherInspection): Found {
  const fields = 'none' in invoice ? null : invoice.fields;
  const remarks: VoucherRemark[] = [];
  if (pdf?.encrypted) remarks.push('encryptedPdf');
  if (pdf?.broken) remarks.push('brokenPdf');
  if (fields || pdf?.eInvoice) remarks.push('eInvoice');
  return { remarks, fields };
}

async function keepFindings(tx: Tx, services: Services, at: ToInspect, found: Found): Promise<void> {
  const { mandantId, voucherId } = at;
  if (found.remarks.length === 0 && !found.fields) return;
  const row = await tx
    .selectFrom('vouchers')
    .select(['number', 'voucher_date', 'gross_cents', 'currency', 'partner', 'document_type', 'remarks'])
    .where('mandant_id', '=', mandantId)
    .where('id', '=', voucherId)
    .forUpdate()
    .executeTakeFirstOrThrow();
  const remarks = [...new Set([...row.remarks, ...found.remarks])];
  if (remarks.length > row.remarks.length) {
    await tx
      .updateTable('vouchers')
      .set({ remarks })
      .where('mandant_id', '=', mandantId)
      .where('id', '=', voucherId)
      .execute();
  }
  const read = found.fields ? await columnsFrom(tx, mandantId, row.document_type, found.fields) : {};
  const touched = await namedByPeople(tx, at);
  const columns = Object.fromEntries(
    Object.entries(read).filter(([column, value]) => {
      // Keys are those of columnsFrom, all of which are columns of the row.
      const name = column as keyof typeof read;
      return value !== null && row[name] === null && !touched.has(fieldNames[name]);
    }),
  );
  if (Object.keys(columns).length === 0 && remarks.length === row.remarks.length) return;
  await writeChange(tx, services, {
    ...at,
    at: services.now(),
    actor: { type: 'rule', name: 'eInvoice' },
    columns,
    remarks: found.remarks,
  });
}

type ReadColumns = Pick<ChangeableColumns, 'number' | 'voucher_date' | 'gross_cents' | 'currency' | 'partner'>;
const fieldNames = {
  number: 'number',
  voucher_date: 'date',
  gross_cents: 'grossCents',
  currency: 'currency',
  partner: 'partner',
} as const;

/** The invoice's fields as the voucher keeps them; the partner is the side that is not the Mandant. */
async function columnsFrom(
  tx: Tx,
  mandantId: Id,
  documentType: string | null,
  fields: VoucherFields,
): Promise<ReadColumns> {
  const outgoing = isOutgoing(documentTypesOf(await findTarget(tx, mandantId)), documentType);
  return {
    number: cut(fields.number, 60),
    voucher_date: fields.date,
    gross_cents: fields.grossCents,
    currency: fields.currency,
    partner: cut(outgoing ? fields.buyer : fields.seller, 160),
  };
}

function cut(text: string | null, longest: number): string | null {
  const line = cleanLine(text);
  return line === null ? null : [...line].slice(0, longest).join('');
}

/** Fields about which a person has said something, even that they are empty. */
async function namedByPeople(tx: Tx, { mandantId, voucherId }: ToInspect): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('voucher_field_changes')
    .select(['actor', 'fields'])
    .where('mandant_id', '=', mandantId)
    .where('voucher_id', '=', voucherId)
    .execute();
  const byPeople = rows.filter((row) => row.actor.type === 'user' || row.actor.type === 'apiKey');
  return new Set(byPeople.flatMap((row) => Object.keys(row.fields)));
}
