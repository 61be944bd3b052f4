import { type Switches, sandboxClient } from '@bruecke/datev-sandbox';
import type { Services } from '../src/context.ts';
import { createTestDatabase, type TestDatabase } from '../src/db/testDatabase.ts';
import { deliver, probeConnection } from '../src/modules/deliveries/index.ts';
import { sweepLost } from '../src/modules/deliveries/jobs.ts';
import { revokeGrant } from '../src/modules/grants/index.ts';
import { createTestServices } from '../src/testServices.ts';
import { createChance } from './chance.ts';
import { Crash, faultyRun, type PlantedBug } from './faultyRun.ts';
import { layOutInstance, layOutMandant, layOutVouchers } from './layOut.ts';
import { expectJobs, expectOneRefreshToken, judge, type Verdict } from './oracle.ts';
import { type Arrivals, actAsPeople, cutAtABadMoment, type Stage, strayEvent } from './person.ts';
import { createTally, type Tally } from './tally.ts';
import { addFaults, consultantNumber, datevSettings, simulatedDatev } from './world.ts';

export type ShardOptions = { seed: string; deliveries: number; switches: Partial<Switches>; bug: PlantedBug | null };
export type ShardResult = { verdict: Verdict; tally: Tally };

type Job = {
  id: string;
  task: string;
  payload: { mandantId: string; deliveryId: string; connectionId: string; grantId: string };
  key: string | null;
};

/** The usual Belegtypen without the one that all vouchers are handed in with. */
const otherTypes = sandboxClient({ consultantNumber, clientNumber: 1, name: 'any' }).documentTypes.filter(
  ({ name }) => name !== 'Rechnungseingang',
);
const renamedType = { name: 'Eingangsrechnungen', category: 'invoices_received' as const };

/** Deliveries per Mandant: enough for a queue, few enough for many connections. */
const perMandant = 100;
const batch = 25;
const mostLastRounds = 40;
/** Of the 25 Mandanten of a whole shard: enough for each bad moment, few enough to leave most alone. */
const mostCuts = 4;

/**
 * One database, one DATEV, one clock, everything in the order that the seed draws. Jobs are taken from the real queue's table.
 * What is on the wire of a dead process is swept up as the server does; the net for waiting deliveries without a job is off,
 * because the simulation has to show that nothing needs it.
 */
export async function runShard(options: ShardOptions): Promise<ShardResult> {
  const db = await createTestDatabase();
  try {
    const shard = await setUp(db, options);
    await drive(shard, options);
    return { verdict: await judge(shard.stage), tally: shard.stage.tally };
  } finally {
    await db.close();
  }
}

type Shard = {
  stage: Stage;
  clock: { now: number };
  stalled: { guid: string; at: number; resume: () => void; ended: Promise<void> }[];
  /** What DATEV says to the next attempt, by the GUID of the one that hangs: only so does a late proof meet a refusal. */
  refusals: Map<string, string>;
  cuts: number;
  queued: number;
};

async function setUp(db: TestDatabase, options: ShardOptions): Promise<Shard> {
  const chance = createChance(options.seed);
  // Far ahead of the machine's own time, which the queue gives to jobs that are due at once: they always are.
  const clock = { now: Date.parse('2040-03-02T08:00:00.000Z') };
  const tally = createTally();
  const arrivals: Arrivals = { byGuid: new Map(), byContent: new Map() };
  const mandanten = Math.max(4, Math.ceil(options.deliveries / perMandant));
  const sandbox = simulatedDatev({
    seed: options.seed,
    mandanten,
    clock: () => clock.now,
    switches: options.switches,
    onArrived: (document) => {
      const content = `${document.clientId} ${document.files[0]?.sha256}`;
      arrivals.byGuid.set(document.id, (arrivals.byGuid.get(document.id) ?? 0) + 1);
      arrivals.byContent.set(content, (arrivals.byContent.get(content) ?? 0) + 1);
    },
  });
  const services: Services = {
    ...createTestServices(db, { fetch: (request) => sandbox.fetch(request) }),
    now: () => new Date(clock.now),
    wait: async (milliseconds) => {
      clock.now += milliseconds;
    },
    newId: chance.id,
    randomBytes: chance.bytes,
    watchTable: tally.cell,
  };
  const userId = await layOutInstance(db, services);
  const stage: Stage = { db, services, sandbox, chance, tally, userId, mandanten: [], arrivals, unheard: new Set() };
  for (let number = 1; number <= mandanten; number += 1)
    stage.mandanten.push(await layOutMandant(db, services, sandbox, userId, number));
  addFaults(sandbox);
  return { stage, clock, stalled: [], refusals: new Map(), cuts: 0, queued: 0 };
}

/** Hands in while it forwards, lets people act now and then, and ends when nothing is left to do. */
async function drive(shard: Shard, options: ShardOptions): Promise<void> {
  const { stage } = shard;
  const share = Math.ceil(options.deliveries / stage.mandanten.length);
  let handedIn = 0;
  let lastRounds = 0;
  for (let turn = 0; ; turn += 1) {
    const next = stage.mandanten[handedIn];
    if (next && turn % 3 === 0) {
      await layOutVouchers(stage.services, next.mandantId, stage.userId, share);
      if (options.bug === 'jobOutsideTransaction') await loseSomeJobs(stage, next.mandantId);
      await expectJobs(stage, next.mandantId);
      shard.queued += share;
      handedIn += 1;
    }
    const worked = await work(shard, options.bug);
    if (turn % 2 === 0) disturb(stage, turn);
    // A quiet while: access tokens run out, and what was checked is checked anew.
    if (turn % 6 === 5) shard.clock.now += 20 * 60_000;
    if (turn % 5 === 0) {
      await actAsPeople(stage, { decideAll: false });
      // They sign in again: that is where a second one would be given.
      expectOneRefreshToken(stage);
    }
    for (let times = 0; times < 3; times += 1) await strayEvent(stage);
    const hanging = shard.stalled.map(({ guid }) => guid);
    // A cut ends what a planted bug leaves behind, and nobody would see it.
    const mayCut = options.bug === null && turn > 20 && shard.cuts < mostCuts;
    if (mayCut && (await cutAtABadMoment(stage, hanging))) shard.cuts += 1;
    if (worked) continue;
    if (handedIn < stage.mandanten.length || (await moveOn(shard))) continue;
    stage.sandbox.control.clearFaults();
    putTypesBack(stage);
    lastRounds += 1;
    // People give up at some time: what is refused again and again stays theirs to decide.
    if (lastRounds > mostLastRounds) break;
    await actAsPeople(stage, { decideAll: true });
    if (!(await work(shard, options.bug)) && !(await moveOn(shard))) break;
  }
}

/** Tokens run out or are withdrawn, rights change, and once everything is down for two days. */
function disturb(stage: Stage, turn: number): void {
  const { sandbox, chance, tally, mandanten } = stage;
  const mandant = mandanten[chance.below(mandanten.length)];
  if (!mandant) return;
  for (let times = 0; times < 5; times += 1) {
    sandbox.control.expireTokens('access', { boundTo: mandanten[chance.below(mandanten.length)]?.clientId ?? '' });
    tally.count('access token expired');
  }
  if (chance.hits(0.6)) {
    sandbox.control.revokeSessions({ boundTo: mandant.clientId });
    tally.count('consent withdrawn');
  }
  if (chance.hits(0.05)) {
    sandbox.control.setClient(mandant.clientId, { belegfreigabe: true });
    tally.count('Belegfreigabe on');
  }
  if (turn % 10 === 8) {
    // At one Mandant at a time, so that most lost answers are found again. Renamed where one of the category stays, taken away where nothing fits; the check finds out within ten minutes.
    putTypesBack(stage);
    const documentTypes = chance.hits(0.5) ? [...otherTypes, renamedType] : otherTypes;
    sandbox.control.setClient(mandant.clientId, { documentTypes });
    tally.count('Belegtyp gone');
  }
  if (turn === 20) {
    const operation = ['documents', 'login.token', 'login.revoke', 'login.userinfo'];
    sandbox.control.addFault({ operation, effect: { kind: 'status', status: 503 }, forMilliseconds: 2 * 86_400_000 });
    tally.count('outage of two days');
  }
}

/** Both names: what may be there is sent again as it was. */
function putTypesBack({ sandbox, mandanten }: Stage): void {
  const documentTypes = [
    ...otherTypes,
    renamedType,
    { name: 'Rechnungseingang', category: 'invoices_received' as const },
  ];
  for (const { clientId } of mandanten) sandbox.control.setClient(clientId, { documentTypes });
}

/** One batch of due jobs; false when none was due. */
async function work(shard: Shard, bug: PlantedBug | null): Promise<boolean> {
  const { db } = shard.stage;
  const jobs = await takeJobs(db, shard.clock.now);
  for (const job of jobs) {
    shard.clock.now += 20 + shard.stage.chance.below(400);
    await resumeStalled(shard);
    await runJob(shard, job, bug);
    if (bug === 'lostTokensForgotten') await forgetLostTokens(shard.stage);
  }
  return jobs.length > 0;
}

async function runJob(shard: Shard, job: Job, bug: PlantedBug | null): Promise<void> {
  const { stage, clock } = shard;
  let stall: { guid: string; at: number; resume: () => void } | null = null;
  const run = faultyRun(stage.services, stage.chance, stage.tally, {
    bug,
    unheard: stage.unheard,
    stall: (guid, resume) => {
      // Most are a line that hangs; some a machine that was put to sleep and wakes up hours later.
      const milliseconds = stage.chance.hits(0.5) ? 6 * 3_600_000 : 600_000;
      stall = { guid, at: clock.now + 60_000 + stage.chance.below(milliseconds), resume };
      if (stage.chance.hits(0.9)) shard.refusals.set(guid, stage.chance.hits(0.5) ? 'DCO01245' : 'DCO01010');
    },
    refusalFor: (guid) => {
      const code = shard.refusals.get(guid) ?? null;
      shard.refusals.delete(guid);
      // Often the one that hangs comes back before anybody has decided about the refusal.
      const hanging = code && stage.chance.hits(0.7) ? shard.stalled.find((one) => one.guid === guid) : undefined;
      if (hanging) hanging.at = clock.now + stage.chance.below(2_000);
      return code;
    },
  });
  const ended = dispatch(run.services, job).then(
    () => endJob(stage.db, job),
    (error: unknown) => {
      if (!(error instanceof Crash)) throw error;
      return freeJob(stage.db, job, clock.now + 15_000);
    },
  );
  // A promise that nobody waits for yet must not end the process when it fails; whoever resumes the stall waits for it.
  ended.catch(() => undefined);
  await Promise.race([ended, run.stalled]);
  if (!stall) return void (await ended);
  // Its worker is believed gone: the job is free for another one, long before the call comes back.
  await freeJob(stage.db, job, clock.now + 16_000);
  const { guid, at, resume } = stall as { guid: string; at: number; resume: () => void };
  shard.stalled.push({ guid, at, resume, ended });
}

async function resumeStalled(shard: Shard): Promise<void> {
  for (const stall of shard.stalled.filter(({ at }) => at <= shard.clock.now)) {
    shard.stalled.splice(shard.stalled.indexOf(stall), 1);
    stall.resume();
    await stall.ended;
  }
}

async function dispatch(services: Services, job: Job): Promise<void> {
  const settings = { ...datevSettings, allowInsecure: false };
  if (job.task === 'deliver') return void (await deliver(services, settings, job.payload));
  if (job.task === 'probeConnection') return probeConnection(services, settings, job.payload);
  if (job.task === 'revokeGrant') return void (await revokeGrant(services, settings, job.payload));
}

/** Among jobs of one time the real queue promises no order; here it is that of their keys, so that a seed shows the same again. */
async function takeJobs(db: TestDatabase, now: number): Promise<Job[]> {
  return db.sql<Job>(
    `with due as (
       select j.id from graphile_worker._private_jobs j where j.is_available and j.run_at <= $1 order by j.run_at, j.key, j.id limit ${batch}
     ), taken as (
       update graphile_worker._private_jobs j set locked_at = now(), locked_by = 'simulation', attempts = attempts + 1 from due where j.id = due.id
       returning j.id, j.task_id, j.payload, j.key, j.run_at
     )
     select taken.id, t.identifier as task, taken.payload, taken.key from taken join graphile_worker._private_tasks t on t.id = taken.task_id
      order by taken.run_at, taken.key, taken.id`,
    [new Date(now)],
  );
}

async function endJob(db: TestDatabase, job: Job): Promise<void> {
  await db.sql('delete from graphile_worker._private_jobs where id = $1', [job.id]);
}

/** As the heartbeat does for a worker that is gone, under a new number; a job that was replaced meanwhile stays replaced. */
async function freeJob(db: TestDatabase, job: Job, at: number): Promise<void> {
  await db.sql(
    'update graphile_worker._private_jobs set id = default, locked_at = null, locked_by = null, run_at = $2 where id = $1 and locked_at is not null',
    [job.id, new Date(at)],
  );
}

/** The clock jumps to the next thing that is due: a job, or a call that comes back. False when there is none. */
async function moveOn(shard: Shard): Promise<boolean> {
  const [row] = await shard.stage.db.sql<{ next: Date | null }>(
    'select min(run_at) as next from graphile_worker._private_jobs where is_available',
  );
  const times = [row?.next?.getTime(), ...shard.stalled.map(({ at }) => at)].filter((time) => time !== undefined);
  if (times.length === 0) return (await sweepLost(shard.stage.services)) > 0;
  shard.clock.now = Math.max(shard.clock.now, Math.min(...times) + 1);
  await resumeStalled(shard);
  return true;
}

/** The planted bug: the job is enqueued after the commit, and the process sometimes dies between the two. */
async function loseSomeJobs(stage: Stage, mandantId: string): Promise<void> {
  const jobs = await stage.db.sql<{ id: string }>(
    "select id from graphile_worker._private_jobs where payload->>'mandantId' = $1 order by id",
    [mandantId],
  );
  for (const { id } of jobs)
    if (stage.chance.hits(0.02)) await stage.db.sql('delete from graphile_worker._private_jobs where id = $1', [id]);
}

/** The planted bug: a grant that is lost here is forgotten although DATEV still takes its tokens. */
async function forgetLostTokens(stage: Stage): Promise<void> {
  await stage.db.sql("update grants set access_token = null, refresh_token = null where state = 'lost'");
}
