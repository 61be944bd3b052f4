import { Readable } from 'node:stream';
import type { Sandbox } from '@bruecke/datev-sandbox';
import type { Id } from '@bruecke/model';
import type { Ctx, Services } from '../src/context.ts';
import {
  chooseDataset,
  completeSignIn,
  getSignIn,
  startSignIn,
  switchConnection,
} from '../src/modules/connections/index.ts';
import { createMandant } from '../src/modules/firms/index.ts';
import { restrictMandant, setAssignments } from '../src/modules/mandanten/index.ts';
import { handIn } from '../src/modules/vouchers/index.ts';
import { paperOf } from './papers.ts';
import { type Cast, ctxOf, type DemoKey } from './people.ts';
import { consultantNumber, mandanten, type Shown, vanishingType } from './world.ts';

const day = 86_400_000;

/**
 * Brings the twelve Mandanten into their states, by the same verbs that the pages use: sign in at DATEV, choose, consent, hand
 * in. What only time would bring (a consent about to end) is set by hand.
 */
export async function seedMandanten(services: Services, cast: Cast, sandbox: Sandbox): Promise<void> {
  for (const mandant of mandanten) {
    const admin = ctxOf(services, cast, 'kanzlei-admin');
    const { answer } = await createMandant(admin, {
      firmId: cast.firmId,
      name: mandant.name,
      mandantNumber: mandant.number,
    });
    const { mandantId } = answer;
    await giveOwnAdmin(services, cast, mandant.number, mandantId);
    if (mandant.shown !== 'empty') await assign(admin, cast, mandant.number, mandantId);
    await bring(services, cast, sandbox, { ...mandant, mandantId });
  }
}

type Seeded = { number: number; name: string; shown: Shown; vouchers: number; mandantId: Id };

async function giveOwnAdmin(services: Services, cast: Cast, number: number, mandantId: Id): Promise<void> {
  if (number !== 12 && number !== 17) return;
  await services.withRole('auth', (tx) =>
    tx
      .insertInto('mandant_members')
      .values({ mandant_id: mandantId, user_id: cast.ids['mandanten-admin'], role: 'admin', since: services.now() })
      .execute(),
  );
}

async function assign(admin: Ctx, cast: Cast, number: number, mandantId: Id): Promise<void> {
  const who: DemoKey[] = number % 2 === 0 ? ['kanzleinutzer'] : ['kanzleinutzer-2', 'kanzleinutzer-3'];
  await setAssignments(admin, {
    mandantId,
    assignments: who.map((key, index) => ({
      userId: cast.ids[key],
      function: index === 0 ? ('accounting' as const) : ('payroll' as const),
    })),
  });
}

async function bring(services: Services, cast: Cast, sandbox: Sandbox, mandant: Seeded): Promise<void> {
  const { mandantId, shown } = mandant;
  const clientId = `${consultantNumber}-${mandant.number}`;
  const admin = ctxOf(services, cast, shown === 'restricted' ? 'zweite-admin' : 'kanzlei-admin');
  if (shown === 'restricted') await restrictMandant(admin, { mandantId, userId: cast.ids['zweite-admin'] });
  const connectionId =
    shown === 'notSetUp' || shown === 'empty'
      ? null
      : await connect(admin, sandbox, mandantId, shown === 'restricted' ? 'jonas.weiss' : 'petra.lang');
  if (connectionId && shown === 'paused') await switchConnection(admin, { mandantId, connectionId, on: false });
  if (connectionId && shown === 'needsReauth') await loseConsent(services, mandantId, connectionId);
  if (shown === 'belegfreigabe') sandbox.control.setClient(clientId, { belegfreigabe: true });
  if (shown === 'outage')
    sandbox.control.addFault({ operation: 'documents', clientId, effect: { kind: 'status', status: 503 } });
  if (shown === 'question')
    sandbox.control.setClient(clientId, {
      documentTypes:
        sandbox.control
          .world()
          .clients.find((client) => client.clientNumber === mandant.number)
          ?.documentTypes.filter((type) => type.name !== vanishingType) ?? [],
    });
  await handInAll(services, cast, mandant);
  if (connectionId && shown === 'expiring') await endSoon(services, mandantId, connectionId, 14 * day);
}

/** Both sign-ins at DATEV, as a person would do them on the pages. */
async function connect(ctx: Ctx, sandbox: Sandbox, mandantId: Id, person: string): Promise<Id> {
  const medium = person === 'petra.lang' ? 'SmartLogin' : 'SmartCard';
  const back = async (url: string) => new URL(await sandbox.control.signIn(url, { person, medium })).searchParams;
  const started = await startSignIn(ctx, { mandantId });
  await completeSignIn(ctx, await back(started.url));
  const choice = await getSignIn(ctx, { mandantId, flowId: started.flowId });
  const dataset = choice.datasets.find(({ fits }) => fits);
  if (!dataset)
    throw new Error(`the demo's DATEV does not offer the dataset of ${mandantId}: ${JSON.stringify(choice)}`);
  const { answer } = await chooseDataset(ctx, { mandantId, flowId: started.flowId, key: dataset.key });
  const { location } = await completeSignIn(ctx, await back(answer.url));
  if (!location.endsWith('datev=ok')) throw new Error(`the demo could not connect ${mandantId}: ${location}`);
  const row = await ctx.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .selectFrom('connections')
      .select('id')
      .where('mandant_id', '=', mandantId)
      .where('severed_at', 'is', null)
      .executeTakeFirstOrThrow(),
  );
  return row.id;
}

/** Handed in over the last weeks, the newest today. */
async function handInAll(services: Services, cast: Cast, mandant: Seeded): Promise<void> {
  const { mandantId, shown } = mandant;
  for (let index = 0; index < mandant.vouchers; index += 1) {
    const daysAgo = (mandant.vouchers - 1 - index) * 4;
    const at = new Date(services.now().getTime() - daysAgo * day - (index % 5) * 3_600_000);
    const ctx = ctxOf(
      services,
      cast,
      shown === 'restricted' ? 'zweite-admin' : mandant.number === 12 ? 'mandanten-admin' : 'kanzlei-admin',
      () => at,
    );
    const paper = spoil(shown, index, paperOf(mandant.name, mandant.number + index, at.toISOString().slice(0, 10)));
    await handIn(ctx, {
      mandantId,
      name: paper.name,
      uploadId: services.newId(),
      documentType: paper.documentType ?? undefined,
      bytes: Readable.from([paper.bytes]),
      announcedLength: paper.bytes.length,
    });
  }
}

/** Two of the Mandanten show what DATEV asks or refuses. */
function spoil(shown: Shown, index: number, paper: ReturnType<typeof paperOf>): ReturnType<typeof paperOf> {
  if (shown === 'notSetUp') return { ...paper, documentType: null };
  if (shown === 'question' && index === 1) return { ...paper, documentType: vanishingType };
  // A PDF whose end is missing: stored like any other, refused by DATEV (DCO01245).
  if (shown === 'errors' && index % 2 === 0 && paper.name.endsWith('.pdf'))
    return { ...paper, bytes: paper.bytes.subarray(0, 120) };
  return paper;
}

async function loseConsent(services: Services, mandantId: Id, connectionId: Id): Promise<void> {
  await services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .updateTable('grants')
      .set({ state: 'lost', lost_at: services.now(), lost_reason: 'refused', access_token: null, refresh_token: null })
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connectionId)
      .where('state', '=', 'valid')
      .execute(),
  );
}

async function endSoon(services: Services, mandantId: Id, connectionId: Id, milliseconds: number): Promise<void> {
  await services.withTenant({ as: 'job', mandantId }, (tx) =>
    tx
      .updateTable('grants')
      .set({ refresh_expires_at: new Date(services.now().getTime() + milliseconds) })
      .where('mandant_id', '=', mandantId)
      .where('connection_id', '=', connectionId)
      .execute(),
  );
}
