import { chmodSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { AnswerOf, api } from '@bruecke/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findMandanten, signInByClick } from '../demo/client.ts';
import { until } from '../demo/figures.ts';
import { paperOf } from '../demo/papers.ts';
import { type Demo, startDemo } from '../demo/start.ts';
import { mandanten } from '../demo/world.ts';
import { removeDataFolder } from '../src/db/clusterFolder.ts';

let dataFolder: string;
let demo: Demo;
beforeAll(async () => {
  dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-demo-books-'));
  chmodSync(dataFolder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  demo = await startDemo({ dataFolder, port: 0, log: () => {} });
});
afterAll(async () => {
  await demo?.stop();
  removeDataFolder(dataFolder);
});

it('books a voucher that is handed in while the demo runs, so that it says where it was booked', async () => {
  await demo.bringFigures();
  const ended = demo.keepBooking().catch((error: unknown) => String(error));
  const client = await signInByClick(demo.publicUrl, 'kanzlei-admin');
  const mandant = mandanten.find(({ shown }) => shown === 'active');
  const mandantId = (await findMandanten(client)).get(mandant?.number ?? null) ?? '';
  const today = new Date().toISOString().slice(0, 10);
  const paper = paperOf(mandant?.name ?? '', 99, today);
  const query = new URLSearchParams({ name: 'Nachgereicht.pdf', uploadId: crypto.randomUUID() });
  const answer = await client.bytes(`/mandanten/${mandantId}/vouchers?${query}`, paper.bytes);
  expect(answer.status).toBe(201);
  const { voucher } = (await answer.json()) as AnswerOf<typeof api.vouchers.handIn>;
  const rows = await until('the voucher is booked', new AbortController().signal, async () => {
    const path = `/mandanten/${mandantId}/vouchers/${voucher.id}/postings`;
    const found = await client.call<AnswerOf<typeof api.figures.postingsOfVoucher>>('GET', path);
    return found.rows.length > 0 ? found.rows : null;
  });
  expect(rows.map(({ voucherId }) => voucherId)).toEqual(rows.map(() => voucher.id));
  await demo.stop();
  expect(await ended).toContain('aborted');
}, 240_000);

it('starts again with its connector, also where a voucher is held', async () => {
  const port = Number(new URL(demo.publicUrl).port);
  const start = () => startDemo({ dataFolder, port, log: () => {} });
  demo = await start();
  const client = await signInByClick(demo.publicUrl, 'kanzlei-admin');
  const mandant = mandanten.find(({ shown }) => shown === 'active');
  const mandantId = (await findMandanten(client)).get(mandant?.number ?? null) ?? '';
  const path = `/mandanten/${mandantId}/connections`;
  const { connections } = await client.call<AnswerOf<typeof api.connections.page>>('GET', path);
  await client.call('POST', `${path}/${connections[0]?.id}/switch`, { on: false });
  const query = new URLSearchParams({ name: 'Liegt.pdf', uploadId: crypto.randomUUID() });
  const paper = paperOf(mandant?.name ?? '', 98, '2026-11-01');
  expect((await client.bytes(`/mandanten/${mandantId}/vouchers?${query}`, paper.bytes)).status).toBe(201);
  await demo.stop();
  const stoppedAt = new Date().toISOString();

  demo = await start();
  expect(await demo.bringFigures()).toBeGreaterThan(0);
  const list = `/firms/${demo.cast.firmId}/connectors`;
  const again = await signInByClick(demo.publicUrl, 'kanzlei-admin');
  await until('the connector is there', new AbortController().signal, async () => {
    const { connectors } = await again.call<AnswerOf<typeof api.connectors.list>>('GET', list);
    return connectors.find(({ lastSeenAt }) => lastSeenAt !== null && lastSeenAt > stoppedAt);
  });
}, 240_000);
