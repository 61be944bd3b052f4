import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnswerOf, api, Problem } from '@bruecke/contract';
import { verifyReceipt } from '@bruecke/proof';
import type { Demo } from './start.ts';

type Row = { file: string; status: string; guid: string; note: string };
type Client = {
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  bytes(path: string, bytes: Buffer): Promise<Response>;
  open(path: string): Promise<Response>;
};

/** How long the receipts of one folder may take. */
const patienceMs = 120_000;

/**
 * The whole way over HTTP, without a person: sign in, connect at DATEV, hand in every file of the folder, wait for the receipts,
 * check each with the public key. Prints a table and `journey: files N, receipts M`; true when every accepted file has one.
 */
export async function runJourney(demo: Demo, folder: string): Promise<boolean> {
  const client = await signIn(demo);
  const mandantId = await findMandant(client, 'Gasthof Zur Linde');
  await connect(demo, client, mandantId);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name)
    .sort();
  const rows: Row[] = [];
  const handedIn: { file: string; voucherId: string; bytes: Buffer }[] = [];
  for (const file of files) {
    const bytes = readFileSync(join(folder, file));
    const query = new URLSearchParams({ name: file, uploadId: crypto.randomUUID() });
    const response = await client.bytes(`/mandanten/${mandantId}/vouchers?${query}`, bytes);
    if (response.status === 201) {
      const answer = (await response.json()) as AnswerOf<typeof api.vouchers.handIn>;
      handedIn.push({ file, voucherId: answer.voucher.id, bytes });
    } else
      rows.push({ file, status: 'nicht angenommen', guid: '', note: ((await response.json()) as Problem).messages.de });
  }
  for (const one of handedIn) rows.push(await awaitReceipt(demo, client, mandantId, one));
  print(rows.sort((a, b) => (a.file < b.file ? -1 : 1)));
  const receipts = rows.filter((row) => row.status === 'Quittung geprüft').length;
  console.log(`journey: files ${handedIn.length}, receipts ${receipts}`);
  return handedIn.length > 0 && receipts === handedIn.length;
}

async function signIn(demo: Demo): Promise<Client> {
  const response = await fetch(`${demo.publicUrl}/demo/anmelden/kanzlei-admin`, { redirect: 'manual' });
  const cookie = response.headers.getSetCookie()[0]?.split(';')[0] ?? '';
  const base = `${demo.publicUrl}/api/v1`;
  const me = (await (await fetch(`${base}/auth/me`, { headers: { cookie } })).json()) as AnswerOf<typeof api.auth.me>;
  const headers = { cookie, 'x-csrf-token': me.csrfToken };
  return {
    call: async (method, path, body) => {
      const answer = await fetch(`${base}${path}`, {
        method,
        headers: body === undefined ? headers : { ...headers, 'content-type': 'application/json' },
        body: body === undefined ? null : JSON.stringify(body),
      });
      const text = await answer.text();
      if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
      return text === '' ? null : JSON.parse(text);
    },
    bytes: (path, bytes) =>
      fetch(`${base}${path}`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/octet-stream' },
        body: new Uint8Array(bytes),
      }),
    open: (path) =>
      fetch(path.startsWith('http') ? path : `${base}${path}`, { headers: { cookie }, redirect: 'manual' }),
  };
}

async function findMandant(client: Client, name: string): Promise<string> {
  const { mandanten } = (await client.call('GET', '/mandanten')) as AnswerOf<typeof api.mandanten.list>;
  const found = mandanten.find((mandant) => mandant.name === name);
  if (!found) throw new Error(`no Mandant ${name}`);
  return found.id;
}

async function connect(demo: Demo, client: Client, mandantId: string): Promise<void> {
  // The browser's part: DATEV's pages, then back to our return address with the same cookie.
  const atDatev = async (url: string) =>
    client.open(await demo.sandbox.control.signIn(url, { person: 'petra.lang', medium: 'SmartLogin' }));
  const started = (await client.call('POST', `/mandanten/${mandantId}/datev-sign-in`, {})) as AnswerOf<
    typeof api.connections.startSignIn
  >;
  await atDatev(started.url);
  const flow = `/mandanten/${mandantId}/datev-sign-in/${started.flowId}`;
  const choice = (await client.call('GET', flow)) as AnswerOf<typeof api.connections.getSignIn>;
  const dataset = choice.datasets.find(({ fits }) => fits);
  if (!dataset) throw new Error(`DATEV offers no fitting dataset: ${JSON.stringify(choice.failure)}`);
  const chosen = (await client.call('POST', `${flow}/dataset`, { key: dataset.key })) as AnswerOf<
    typeof api.connections.chooseDataset
  >;
  const back = await atDatev(chosen.url);
  if (!back.headers.get('location')?.endsWith('datev=ok'))
    throw new Error(`not connected: ${back.headers.get('location')}`);
}

async function awaitReceipt(
  demo: Demo,
  client: Client,
  mandantId: string,
  one: { file: string; voucherId: string; bytes: Buffer },
): Promise<Row> {
  const end = Date.now() + patienceMs;
  for (;;) {
    const voucher = (await client.call('GET', `/mandanten/${mandantId}/vouchers/${one.voucherId}`)) as AnswerOf<
      typeof api.vouchers.get
    >;
    const delivery = voucher.deliveries.at(-1);
    const row = { file: one.file, guid: delivery?.guid ?? '', note: voucher.fields.number ?? '' };
    if (delivery?.receipt?.sealed) {
      const receipt: unknown = await (
        await client.open(`/mandanten/${mandantId}/deliveries/${delivery.id}/receipt`)
      ).json();
      const key = demo.composed.services.signingKey.public;
      const checked = verifyReceipt(receipt, { publicKeys: [key], file: one.bytes });
      return {
        ...row,
        status: checked.ok ? 'Quittung geprüft' : `Quittung falsch: ${checked.findings.map(String).join(', ')}`,
      };
    }
    if (voucher.status === 'question' || voucher.status === 'error')
      return { ...row, status: voucher.status, note: delivery?.cause?.code ?? '' };
    if (Date.now() > end) return { ...row, status: `keine Quittung (${voucher.status})` };
    await wait(150);
  }
}

function print(rows: readonly Row[]): void {
  const width = Math.max(...rows.map((row) => row.file.length));
  for (const row of rows)
    console.log(`${row.file.padEnd(width)}  ${row.status.padEnd(18)}  ${row.guid.padEnd(36)}  ${row.note}`);
}
