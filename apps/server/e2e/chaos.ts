import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, serve } from '@bruecke/datev-sandbox';
import { parseFingerprint, verifyReceipt } from '@bruecke/proof';
import { freePort } from '../demo/freePort.ts';
import { pdfOf } from '../src/modules/vouchers/testVouchers.ts';
import { connectToDatev, mandantNumber, redirectUriOf, smallWorld } from './connectedMandant.ts';
import { addMandantWithKey, type RealServer, type SignedIn, setUp, startRealServer } from './realServer.ts';

export type ChaosOptions = {
  /** How often the server is killed while it takes vouchers in and forwards them. */
  kills: number;
  /** Decides the moments of the kills and the sizes of the files. */
  seed: number;
  log: (line: string) => void;
};

export type ChaosReport = {
  /** Vouchers whose hand-in was acknowledged. */
  acknowledged: number;
  /** Uploads that had to be repeated because the server died under them. */
  repeated: number;
  /** Acknowledged, but not there afterwards. */
  lost: string[];
  /** There, but other bytes than handed in. */
  changed: string[];
  /** Did not arrive at DATEV, or more than once. */
  notArrived: string[];
  arrivedTwice: string[];
  /** In the list without having been handed in, or twice. */
  surplus: number;
  /** Arrived without a receipt that verifies. */
  withoutReceipt: string[];
};

type Upload = { uploadId: string; voucherId: string; sha256: string };
type Rig = { server: RealServer; admin: SignedIn; mandantId: string; key: string };

const uploaders = 6;
const settleLimitMs = 300_000;

/**
 * The real server as a process of its own, killed with SIGKILL again and again while it takes vouchers in and forwards them to the
 * sandbox; started anew each time on the same data. Nobody stops: who hands in repeats with the same upload id until acknowledged.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const folder = mkdtempSync(join(tmpdir(), 'bruecke-chaos-'));
  chmodSync(folder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const port = await freePort();
  const world = smallWorld(redirectUriOf(`http://127.0.0.1:${port}`));
  const sandbox = createSandbox({ seed: options.seed, clock: Date.now, world });
  const address = await serve(sandbox);
  const start = () => startRealServer({ dataFolder: join(folder, 'data'), port });
  let server = await start();
  try {
    const admin = await setUp(server);
    const { mandantId, key } = await addMandantWithKey(admin, { name: 'Probe GmbH', mandantNumber });
    await connectToDatev(server, admin, mandantId, { sandbox, address });
    const handingIn = startHandingIn({ url: server.url, mandantId, key }, options.seed);
    const random = numbersFrom(options.seed);
    for (let kill = 1; kill <= options.kills; kill += 1) {
      // In the middle of work, on a slow machine as on a fast one: some have been taken in since the start, others are under way.
      await handingIn.acknowledged(handingIn.done.length + 3 + Math.floor(random() * 20));
      await pause(random() * 300);
      await server.kill('SIGKILL');
      options.log(`kill ${kill} of ${options.kills}: ${handingIn.done.length} acknowledged so far`);
      server = await start();
    }
    await handingIn.stop();
    const rig = { server, admin, mandantId, key };
    await untilSettled(rig, handingIn.done.length);
    return await judge(rig, handingIn, sandbox.control.arrived());
  } finally {
    await server.kill('SIGKILL');
    await address.close();
    await endDatabase(start);
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A killed server leaves its database running; the next start takes it over, and an orderly end ends it. */
async function endDatabase(start: () => Promise<RealServer>): Promise<void> {
  const server = await start();
  await server.kill('SIGTERM');
}

type HandingIn = {
  done: Upload[];
  repeated: number;
  /** Resolves when so many are acknowledged, or after a minute. */
  acknowledged(count: number): Promise<void>;
  stop(): Promise<void>;
};

function startHandingIn(target: { url: string; mandantId: string; key: string }, seed: number): HandingIn {
  const done: Upload[] = [];
  const state = { stopping: false };
  const acknowledged = async (count: number) => {
    const until = Date.now() + 60_000;
    while (done.length < count && Date.now() < until) await pause(20);
  };
  const handingIn: HandingIn = { done, repeated: 0, acknowledged, stop: async () => undefined };
  const running = Array.from({ length: uploaders }, async (_, index) => {
    const random = numbersFrom(seed * 1000 + index);
    while (!state.stopping) {
      const bytes = pdfOf(randomUUID(), { padding: Math.floor(random() * 200_000) });
      const uploadId = randomUUID();
      for (let attempt = 1; ; attempt += 1) {
        const voucherId = await handIn(target, uploadId, bytes);
        if (voucherId) {
          done.push({ uploadId, voucherId, sha256: createHash('sha256').update(bytes).digest('hex') });
          break;
        }
        if (attempt === 1) handingIn.repeated += 1;
        await pause(100);
      }
      await pause(random() * 150);
    }
  });
  handingIn.stop = async () => {
    state.stopping = true;
    await Promise.all(running);
  };
  return handingIn;
}

/** The new voucher's id once acknowledged; null when the connection broke or the server was not ready, so that it is repeated. */
async function handIn(
  target: { url: string; mandantId: string; key: string },
  uploadId: string,
  bytes: Buffer,
): Promise<string | null> {
  const query = new URLSearchParams({ name: `Beleg ${uploadId}.pdf`, uploadId });
  try {
    const answer = await fetch(`${target.url}/api/v1/mandanten/${target.mandantId}/vouchers?${query}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${target.key}`, 'content-type': 'application/pdf' },
      body: new Uint8Array(bytes),
    });
    // The contract's answer; a line that breaks off in the middle of it is no acknowledgement.
    if (answer.status === 201) return ((await answer.json()) as { voucher: { id: string } }).voucher.id;
    const told = await answer.text();
    if (answer.status < 500) throw new Refused(`hand-in: ${answer.status} ${told}`);
    return null;
  } catch (error) {
    if (error instanceof Refused) throw error;
    return null;
  }
}

/** The server said no: here that is a failure of the run, not something to repeat. */
class Refused extends Error {
  override readonly name = 'Refused';
}

/** Waits until nothing is on its way any more: all delivered, or held up for good. */
async function untilSettled(rig: Rig, expected: number): Promise<void> {
  const until = Date.now() + settleLimitMs;
  for (;;) {
    const counts = await rig.admin.call<{ total: number; byStatus: { status: string; count: number }[] }>(
      'GET',
      `/mandanten/${rig.mandantId}/vouchers/counts`,
    );
    const delivered = counts.byStatus.find((one) => one.status === 'delivered')?.count ?? 0;
    if (delivered >= expected || Date.now() > until) return;
    await pause(500);
  }
}

type Listed = { id: string };
type Arrived = { files: { sha256: string }[] };

async function judge(rig: Rig, handingIn: HandingIn, arrived: readonly Arrived[]): Promise<ChaosReport> {
  const { done } = handingIn;
  const listed = await listAll(rig);
  const ids = new Set(listed.map((voucher) => voucher.id));
  const times = new Map<string, number>();
  for (const { files } of arrived) for (const { sha256 } of files) times.set(sha256, (times.get(sha256) ?? 0) + 1);
  const report: ChaosReport = {
    acknowledged: done.length,
    repeated: handingIn.repeated,
    lost: [],
    changed: [],
    notArrived: [],
    arrivedTwice: [],
    surplus: listed.length - new Set(done.map((upload) => upload.voucherId)).size,
    withoutReceipt: [],
  };
  const fingerprint = await receiptFingerprint(rig);
  for (const upload of done) {
    if (!ids.has(upload.voucherId)) report.lost.push(upload.voucherId);
    else if ((await hashOfContent(rig, upload.voucherId)) !== upload.sha256) report.changed.push(upload.voucherId);
    const count = times.get(upload.sha256) ?? 0;
    if (count === 0) report.notArrived.push(upload.voucherId);
    if (count > 1) report.arrivedTwice.push(upload.voucherId);
    if (!(await hasReceipt(rig, upload, fingerprint))) report.withoutReceipt.push(upload.voucherId);
  }
  return report;
}

async function listAll(rig: Rig): Promise<Listed[]> {
  const all: Listed[] = [];
  let cursor = '';
  for (;;) {
    const page = await rig.admin.call<{ vouchers: Listed[]; next: string | null }>(
      'GET',
      `/mandanten/${rig.mandantId}/vouchers?limit=500${cursor}`,
    );
    all.push(...page.vouchers);
    if (page.next === null) return all;
    cursor = `&cursor=${page.next}`;
  }
}

async function hashOfContent(rig: Rig, voucherId: string): Promise<string> {
  const answer = await fetch(`${rig.server.url}/api/v1/mandanten/${rig.mandantId}/vouchers/${voucherId}/content`, {
    headers: { authorization: `Bearer ${rig.key}` },
  });
  return createHash('sha256')
    .update(Buffer.from(await answer.arrayBuffer()))
    .digest('hex');
}

async function receiptFingerprint(rig: Rig): Promise<string> {
  const { receiptKeyFingerprint } = await rig.admin.call<{ receiptKeyFingerprint: string }>('GET', '/operator/status');
  const fingerprint = parseFingerprint(receiptKeyFingerprint);
  if (!fingerprint) throw new Error('the operator’s page shows no fingerprint');
  return fingerprint;
}

async function hasReceipt(rig: Rig, upload: Upload, fingerprint: string): Promise<boolean> {
  const base = `/mandanten/${rig.mandantId}`;
  const voucher = await rig.admin.call<{ size: number; deliveries: { id: string; phase: string }[] }>(
    'GET',
    `${base}/vouchers/${upload.voucherId}`,
  );
  const delivery = voucher.deliveries.find((one) => one.phase === 'arrived');
  if (!delivery) return false;
  const receipt = await rig.admin.call<unknown>('GET', `${base}/deliveries/${delivery.id}/receipt`);
  const file = { sha256: upload.sha256, size: voucher.size };
  return verifyReceipt(receipt, { fingerprints: [fingerprint], file }).ok;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** Numbers in [0, 1), the same for the same seed (mulberry32). */
function numbersFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
