import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';
import type { Sandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import type { Ctx, Services } from '../src/context.ts';
import type { TestDatabase } from '../src/db/testDatabase.ts';
import { chooseDataset, completeSignIn, getSignIn, startSignIn } from '../src/modules/connections/index.ts';
import { queueDeliveries } from '../src/modules/deliveries/index.ts';
import { setDatevSettings } from '../src/modules/instance/index.ts';
import { consultantNumber, datevSettings } from './world.ts';

export type Simulated = { mandantId: Id; connectionId: Id; clientId: string };

/** A Mandanten-Admin of all Mandanten, who acts where a person has to. */
export function personCtx(services: Services, userId: Id, operator = false): Ctx {
  return {
    ...services,
    caller: {
      userId,
      name: 'Petra Lang',
      email: 'petra@example.org',
      language: 'de',
      operator,
      session: { id: userId, csrfToken: '', freshUntil: null },
      apiKey: null,
    },
  };
}

export async function layOutInstance(db: TestDatabase, services: Services): Promise<Id> {
  const userId = services.newId();
  await db.sql('insert into users (id, email, name, operator, created_at) values ($1, $2, $3, true, $4)', [
    userId,
    'petra@example.org',
    'Petra Lang',
    services.now(),
  ]);
  const { clientSecret, ...settings } = datevSettings;
  await setDatevSettings(personCtx(services, userId, true), {
    settings: { environment: 'other', ...settings },
    clientSecret,
  });
  return userId;
}

/** A Mandant of its own admin, connected by the real two sign-ins. */
export async function layOutMandant(
  db: TestDatabase,
  services: Services,
  sandbox: Sandbox,
  userId: Id,
  number: number,
): Promise<Simulated> {
  const mandantId = services.newId();
  await db.sql('insert into mandanten (mandant_id, name, created_at) values ($1, $2, $3)', [
    mandantId,
    `Mandant ${number}`,
    services.now(),
  ]);
  await db.sql("insert into mandant_members (mandant_id, user_id, role, since) values ($1, $2, 'admin', $3)", [
    mandantId,
    userId,
    services.now(),
  ]);
  const ctx = personCtx(services, userId);
  const started = await startSignIn(ctx, { mandantId });
  await completeSignIn(ctx, await signInAtDatev(sandbox, started.url));
  const { datasets } = await getSignIn(ctx, { mandantId, flowId: started.flowId, text: `Mandant ${number}` });
  const dataset = datasets.find((one) => one.mandantNumber === number);
  if (!dataset) throw new Error(`no dataset ${number}`);
  const chosen = await chooseDataset(ctx, { mandantId, flowId: started.flowId, key: dataset.key });
  const { location } = await completeSignIn(ctx, await signInAtDatev(sandbox, chosen.answer.url));
  if (!location.endsWith('datev=ok')) throw new Error(`not connected: ${location}`);
  const [row] = await db.sql<{ id: Id }>('select id from connections where mandant_id = $1 and severed_at is null', [
    mandantId,
  ]);
  if (!row) throw new Error('no connection');
  return { mandantId, connectionId: row.id, clientId: `${consultantNumber}-${number}` };
}

export async function signInAtDatev(sandbox: Sandbox, url: string): Promise<URLSearchParams> {
  return new URL(await sandbox.control.signIn(url, { person: 'petra', medium: 'SmartLogin' })).searchParams;
}

/** Vouchers of a Mandant, each with bytes of its own, queued by the real verb; a batch is one transaction. */
export async function layOutVouchers(
  services: Services,
  mandantId: Id,
  userId: Id,
  count: number,
  paperOf: (index: number) => Buffer = (index) =>
    Buffer.from(`%PDF-1.4
voucher ${mandantId} ${index}
%%EOF
`),
): Promise<void> {
  for (let done = 0; done < count; done += 100) {
    const papers = Array.from({ length: Math.min(100, count - done) }, (_, index) => paperOf(done + index));
    for (const bytes of papers) await services.blobs.put(mandantId, Readable.from([bytes]), { maxBytes: 25_000_000 });
    await services.withTenant({ as: 'job', mandantId }, async (tx) => {
      const at = services.now();
      const rows = papers.map((bytes) => ({
        bytes,
        id: services.newId(),
        sha256: createHash('sha256').update(bytes).digest('hex'),
      }));
      await tx
        .insertInto('blobs')
        .values(
          rows.map((row) => ({ mandant_id: mandantId, sha256: row.sha256, size: row.bytes.length, created_at: at })),
        )
        .execute();
      await tx
        .insertInto('vouchers')
        .values(
          rows.map((row, index) => ({
            mandant_id: mandantId,
            id: row.id,
            received_at: at,
            upload_id: services.newId(),
            sha256: row.sha256,
            size: row.bytes.length,
            media_type: 'application/pdf',
            original_name: `Rechnung ${done + index}.pdf`,
            document_type: 'Rechnungseingang',
            note: null,
            number: null,
            voucher_date: null,
            gross_cents: null,
            currency: null,
            partner: null,
            handed_in_by: JSON.stringify({ type: 'user', id: userId }),
          })),
        )
        .execute();
      const act = { mandantId, actor: { type: 'user', id: userId } as const, at };
      await queueDeliveries(tx, services, { ...act, voucherIds: rows.map(({ id }) => id) });
    });
  }
}
