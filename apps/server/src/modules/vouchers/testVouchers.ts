import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { deflateSync } from 'node:zlib';
import type { Id, Right } from '@bruecke/model';
import type { Ctx } from '../../context.ts';
import type { TestDatabase } from '../../db/testDatabase.ts';
import { addPerson, ctxOf, type TestServices } from '../../testServices.ts';
import { type HandIn, handIn } from './handIn.ts';

/** A Mandant with one person of its own who may do everything asked for. */
export async function addMandant(
  db: TestDatabase,
  services: TestServices,
  given: { rights?: Right[]; name?: string } = {},
): Promise<{ mandantId: Id; ctx: Ctx }> {
  const mandantId = randomUUID();
  const name = given.name ?? 'Tischlerei Brandt';
  await db.sql('insert into mandanten (mandant_id, name, created_at) values ($1, $2, $3)', [
    mandantId,
    name,
    services.now(),
  ]);
  const ctx = await addMember(db, services, mandantId, given.rights);
  return { mandantId, ctx };
}

/** One more person of a Mandant; with rights that are named one by one, or all of them. */
export async function addMember(
  db: TestDatabase,
  services: TestServices,
  mandantId: Id,
  rights?: Right[],
): Promise<Ctx> {
  const person = await addPerson(db, services, 'Ina Brandt', { email: `${randomUUID()}@example.com` });
  await db.sql('insert into mandant_members (mandant_id, user_id, role, rights, since) values ($1, $2, $3, $4, $5)', [
    mandantId,
    person.id,
    rights ? 'user' : 'admin',
    rights ?? [],
    services.now(),
  ]);
  return ctxOf(services, person);
}

/** A firm's person who sees the Mandant's vouchers from a moment on (null: all). */
export async function addStaff(
  db: TestDatabase,
  services: TestServices,
  mandantId: Id,
  from: Date | null,
): Promise<Ctx> {
  const person = await addPerson(db, services, 'Tom Weber', { email: `${randomUUID()}@example.com` });
  const firmId = randomUUID();
  await db.sql('insert into firms (id, name, consultant_number, created_at) values ($1, $2, $3, $4)', [
    firmId,
    'Kanzlei Weber',
    Math.floor(1_000_000 + Math.random() * 8_000_000),
    services.now(),
  ]);
  await db.sql("insert into firm_staff (firm_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
    firmId,
    person.id,
    services.now(),
  ]);
  await db.sql(
    'insert into engagements (mandant_id, id, firm_id, mandant_number, since, access_from) values ($1, $2, $3, 10001, $4, $5)',
    [mandantId, randomUUID(), firmId, services.now(), from],
  );
  return ctxOf(services, person);
}

/** A living connection to the Belegbilderservice, as set up and checked. */
export async function addConnection(
  db: TestDatabase,
  services: TestServices,
  mandantId: Id,
  dataset: Record<string, unknown> = {},
): Promise<Id> {
  const id = randomUUID();
  await db.sql(
    `insert into connections (mandant_id, id, channel, consultant_number, mandant_number, client_id, company_name, dataset,
       switched_on, switched_at, created_at)
     values ($1, $2, 'belegbilderservice', 1234567, 10001, '1234567-10001', 'Brandt GmbH', $3, true, $4, $4)`,
    [mandantId, id, JSON.stringify(dataset), services.now()],
  );
  return id;
}

export function streamOf(bytes: Buffer, pieceLength = 64 * 1024): Readable {
  return Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += pieceLength) yield bytes.subarray(at, at + pieceLength);
    })(),
    { objectMode: false },
  );
}

/** Hands in bytes as a browser would; whatever matters to the test is given. */
export function handInBytes(ctx: Ctx, mandantId: Id, bytes: Buffer, given: Partial<HandIn> = {}) {
  return handIn(ctx, {
    mandantId,
    name: 'Rechnung.pdf',
    uploadId: randomUUID(),
    bytes: streamOf(bytes),
    announcedLength: bytes.length,
    ...given,
  });
}

/** A one-page PDF that readers open without complaint; `mark` makes its bytes unlike others. */
export function pdfOf(mark: string, given: { padding?: number; encrypted?: boolean } = {}): Buffer {
  const { padding = 0, encrypted = false } = given;
  const text = `BT /F1 12 Tf 50 780 Td (${mark.replace(/[()\\]/g, '')}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  if (padding > 0) objects.push(`<< /Length ${padding} >>\nstream\n${'0'.repeat(padding)}\nendstream`);
  const key = '0'.repeat(64);
  if (encrypted) objects.push(`<< /Filter /Standard /V 1 /R 2 /O <${key}> /U <${key}> /P -4 >>`);
  const encryption = encrypted ? `/Encrypt ${objects.length} 0 R /ID [<00> <00>] ` : '';
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = body.length;
    body += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${encryption}>>\nstartxref\n${body.length}\n%%EOF\n`;
  return Buffer.from(`${body}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${end}`, 'latin1');
}

/** A PNG of one pixel. */
export function png(): Buffer {
  const chunk = (type: string, data: Buffer) => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(data.length);
    const crc = Buffer.alloc(4);
    crc.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, crc]);
  };
  const header = Buffer.from([0, 0, 0, 1, 0, 0, 0, 1, 8, 2, 0, 0, 0]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const pixels = deflateSync(Buffer.from([0, 255, 0, 0]));
  return Buffer.concat([signature, chunk('IHDR', header), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}

/** A UBL invoice with what an invoice must say. */
export function ublInvoice(given: { number?: string; gross?: string; seller?: string; buyer?: string } = {}): Buffer {
  const { number = 'RE-2026-77', gross = '119.00', seller = 'Müller GmbH', buyer = 'Tischlerei Brandt' } = given;
  const party = (name: string) =>
    `<cac:Party><cac:PartyLegalEntity><cbc:RegistrationName>${name}</cbc:RegistrationName></cac:PartyLegalEntity></cac:Party>`;
  return Buffer.from(`<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
  xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
  xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
  <cbc:ID>${number}</cbc:ID><cbc:IssueDate>2026-02-27</cbc:IssueDate><cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
  <cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
  <cac:AccountingSupplierParty>${party(seller)}</cac:AccountingSupplierParty>
  <cac:AccountingCustomerParty>${party(buyer)}</cac:AccountingCustomerParty>
  <cac:LegalMonetaryTotal><cbc:TaxInclusiveAmount currencyID="EUR">${gross}</cbc:TaxInclusiveAmount></cac:LegalMonetaryTotal>
</Invoice>`);
}
