import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import type { AnswerOf, api, Problem } from '@bruecke/contract';
import { verifyReceipt } from '@bruecke/proof';
import { type Client, findMandanten, signInByClick } from './client.ts';
import { travelFigures } from './journeyFigures.ts';
import type { Demo } from './start.ts';
import { mandanten } from './world.ts';

type Row = { file: string; status: string; guid: string; note: string; voucherId: string | null };

/** How long the receipts of one folder may take. */
const patienceMs = 120_000;

/** Of the demo's Mandanten the one that nothing is set up for. */
const unconnected = mandanten.find(({ shown }) => shown === 'notSetUp');

/**
 * The whole way over HTTP, without a person: sign in, connect at DATEV, hand in every file of the folder, wait for the receipts, check each with
 * the public key; then the figures: pair a connector, bind the client, compare what was read with DATEV's books, open the voucher of each
 * posting. Says both as tables and a last line `journey: files N, receipts M`; true when every accepted file has a receipt and is booked, and
 * the figures are the same to the cent.
 */
export async function runJourney(demo: Demo, folder: string, say: (line: string) => void): Promise<boolean> {
  const client = await signInByClick(demo.publicUrl, 'kanzlei-admin');
  const mandantId = unconnected && (await findMandanten(client)).get(unconnected.number);
  if (!mandantId) throw new Error(`no Mandant ${unconnected?.name}`);
  await connect(demo, client, mandantId);
  const rows = await sendFiles(demo, client, mandantId, folder);
  const receipts = rows.filter((row) => row.status === 'Quittung geprüft');
  const figures = await travelFigures(demo, client, { mandantId, ...unconnected, vouchers: receipts });
  const table = rows.map((row) => ({
    ...row,
    note: [row.note, figures.bookedAs.get(row.guid)].filter(Boolean).join('  '),
  }));
  for (const line of linesOf(table)) say(line);
  say(`\n${figures.lines.join('\n')}\n`);
  const accepted = rows.filter(({ voucherId }) => voucherId !== null);
  say(`journey: files ${accepted.length}, receipts ${receipts.length}`);
  return accepted.length > 0 && receipts.length === accepted.length && figures.ok;
}

async function sendFiles(demo: Demo, client: Client, mandantId: string, folder: string): Promise<Row[]> {
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
    } else {
      const note = ((await response.json()) as Problem).messages.de;
      rows.push({ file, status: 'nicht angenommen', guid: '', note, voucherId: null });
    }
  }
  for (const one of handedIn) rows.push(await awaitReceipt(demo, client, mandantId, one));
  return rows.sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function connect(demo: Demo, client: Client, mandantId: string): Promise<void> {
  // The browser's part: DATEV's pages, then back to our return address with the same cookie.
  const atDatev = async (url: string) =>
    client.open(await demo.sandbox.control.signIn(url, { person: 'petra.lang', medium: 'SmartLogin' }));
  const started = await client.call<AnswerOf<typeof api.connections.startSignIn>>(
    'POST',
    `/mandanten/${mandantId}/datev-sign-in`,
    {},
  );
  await atDatev(started.url);
  const flow = `/mandanten/${mandantId}/datev-sign-in/${started.flowId}`;
  const choice = await client.call<AnswerOf<typeof api.connections.getSignIn>>('GET', flow);
  const dataset = choice.datasets.find(({ fits }) => fits);
  if (!dataset) throw new Error(`DATEV offers no fitting dataset: ${JSON.stringify(choice.failure)}`);
  const chosen = await client.call<AnswerOf<typeof api.connections.chooseDataset>>('POST', `${flow}/dataset`, {
    key: dataset.key,
  });
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
    const voucher = await client.call<AnswerOf<typeof api.vouchers.get>>(
      'GET',
      `/mandanten/${mandantId}/vouchers/${one.voucherId}`,
    );
    const delivery = voucher.deliveries.at(-1);
    const row = {
      file: one.file,
      voucherId: one.voucherId,
      guid: delivery?.guid ?? '',
      note: voucher.fields.number ?? '',
    };
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

function linesOf(rows: readonly Row[]): string[] {
  const width = Math.max(...rows.map((row) => row.file.length));
  return rows.map((row) => `${row.file.padEnd(width)}  ${row.status.padEnd(18)}  ${row.guid.padEnd(36)}  ${row.note}`);
}
