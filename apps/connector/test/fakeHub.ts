import { createHash, randomUUID, verify } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync } from 'node:zlib';
import {
  type ConnectionFile,
  contentDigest,
  keyFingerprint,
  type PollRequest,
  parseSignature,
  parseSignatureInput,
  type SignedOrder,
  signatureBase,
  signatureParams,
  signingPurposes,
  type TlsPin,
} from '@bruecke/contract';
import type { ConnectorOrder, OrderEnd } from '@bruecke/model';
import { rawPublicKey, type SigningKey, signFor, signingKeyFromSeed, verifyKeyFromRaw } from '@bruecke/proof';
import { onTestFinished } from 'vitest';

export type Received = { id: string; attempt: number; parts: unknown[][]; end: OrderEnd | null };

/** What the hub answers instead of working; null: it works. */
export type Trouble = (
  path: string,
) => { status: number; code?: string; headers?: Record<string, string> } | 'hangUp' | null;

/** The real one waits for 25 seconds. */
const POLL_MS = 50;

export type FakeHub = Awaited<ReturnType<typeof startFakeHub>>;

/**
 * A hub as far as the wire: pairing, nonces used once, signatures really checked, orders really signed, parts counted. It knows one
 * firm and one connector.
 */
export async function startFakeHub(given: { pollMs?: number } = {}) {
  const instance = signingKeyFromSeed(Buffer.alloc(32, 7));
  const nonces = new Set<string>();
  const waiting: { order: SignedOrder; raw?: unknown }[] = [];
  const received = new Map<string, Received>();
  const state = {
    code: Buffer.alloc(32, 9).toString('base64url'),
    codeUsed: false,
    firmName: 'Kanzlei Nord',
    connectorId: randomUUID() as string,
    publicKey: null as string | null,
    confirmed: true,
    revoked: false,
    changeKey: false,
    cancelled: [] as string[],
    polls: [] as PollRequest[],
    badNonces: 0,
    requests: 0,
    /** Polls that wait just now. */
    openPolls: 0,
    trouble: (() => null) as Trouble,
    /** Ends the wait of the poll that is waiting. */
    wake: () => {},
  };

  const server = createServer((request, response) => {
    // Whoever hangs up in the middle of a request is no error of ours, and nobody waits for it.
    answer(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  // It listens on TCP.
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(async () => {
    state.wake();
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    state.requests++;
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const path = request.url ?? '';
    const nonce = randomUUID().replaceAll('-', '');
    nonces.add(nonce);
    response.setHeader('replay-nonce', nonce);
    const trouble = state.trouble(path);
    if (trouble === 'hangUp') return void request.socket.destroy();
    if (trouble !== null) {
      for (const [name, value] of Object.entries(trouble.headers ?? {})) response.setHeader(name, value);
      return refuse(response, trouble.status, trouble.code ?? null);
    }
    if (path.endsWith('/pair')) return pair(response, JSON.parse(body.toString()));
    if (path.endsWith('/nonce')) return void response.writeHead(204).end();
    const refusal = check(request, body);
    if (refusal !== null) return refuse(response, 401, refusal);
    await work(path, body, response);
  }

  function pair(response: ServerResponse, body: { code: string; publicKey: string }): void {
    const wrong = body.code !== state.code ? 'pairing_code_unknown' : state.codeUsed ? 'pairing_code_used' : null;
    if (wrong !== null) {
      refuse(response, 410, wrong);
      return;
    }
    state.codeUsed = true;
    state.publicKey = body.publicKey;
    const fingerprint = keyFingerprint(createHash('sha256').update(Buffer.from(body.publicKey, 'base64url')).digest());
    json(response, { connectorId: state.connectorId, fingerprint, firmName: state.firmName });
  }

  /** Null when the request is the connector's own and new. */
  function check(request: IncomingMessage, body: Buffer): string | null {
    const params = parseSignatureInput(String(request.headers['signature-input'] ?? ''));
    const signature = parseSignature(String(request.headers['signature'] ?? ''));
    if (!params || !signature || state.publicKey === null) return 'signature_refused';
    if (params.connectorId !== state.connectorId || state.revoked) return 'connector_revoked';
    const digest = contentDigest(createHash('sha256').update(body).digest('base64'));
    if (request.headers['content-digest'] !== digest) return 'digest_mismatch';
    if (!nonces.delete(params.nonce)) {
      state.badNonces++;
      return 'bad_nonce';
    }
    const base = signatureBase({
      method: 'POST',
      targetUri: `${url}${request.url}`,
      contentDigest: digest,
      params: signatureParams(params),
    });
    const { key } = verifyKeyFromRaw(state.publicKey);
    return verify(null, Buffer.from(base), key, Buffer.from(signature, 'base64')) ? null : 'signature_refused';
  }

  async function work(path: string, body: Buffer, response: ServerResponse): Promise<void> {
    if (path.endsWith('/poll')) return poll(JSON.parse(body.toString()), response);
    if (path.endsWith('/key')) {
      state.publicKey = JSON.parse(body.toString()).publicKey;
      state.changeKey = false;
      return json(response, { fingerprint: 'x' });
    }
    const [, id = '', number, attempt = '', rows, calls] =
      /orders\/([^/]+)\/(?:parts\/(\d+)|end)\?attempt=(\d+)(?:&rows=(\d+)&calls=(\d+))?$/.exec(path) ?? [];
    const order = received.get(`${id} ${attempt}`);
    if (order === undefined || state.cancelled.includes(id)) return refuse(response, 410, 'order_gone');
    if (number === undefined) {
      order.end = JSON.parse(body.toString());
      return void response.writeHead(204).end();
    }
    if (Number(number) === order.parts.length + 1) {
      const lines = gunzipSync(body).toString('utf8').trimEnd().split('\n');
      order.parts.push(lines.map((line) => JSON.parse(line)));
    } else if (Number(number) > order.parts.length + 1) return refuse(response, 409, 'part_gap');
    if (rows !== undefined) order.end = { ok: true, rows: Number(rows), calls: Number(calls) };
    response.writeHead(204).end();
  }

  async function poll(told: PollRequest, response: ServerResponse): Promise<void> {
    state.polls.push(told);
    state.openPolls++;
    response.once('close', () => state.openPolls--);
    if (waiting.length === 0 && state.cancelled.length === 0 && !state.changeKey) {
      await new Promise<void>((resolve) => {
        state.wake = resolve;
        response.once('close', resolve);
        setTimeout(resolve, given.pollMs ?? POLL_MS).unref();
      });
    }
    // It hung up: orders are for who comes next.
    if (response.destroyed) return;
    const orders = waiting.splice(0, 8);
    json(response, {
      state: state.confirmed ? 'confirmed' : 'unconfirmed',
      orders: orders.map(({ order, raw }) => raw ?? order),
      cancelled: state.cancelled.filter((id) => told.running.includes(id)),
      changeKey: state.changeKey,
    });
  }

  function sign(content: Record<string, unknown>, key: SigningKey = instance, purpose: string = signingPurposes.order) {
    return { ...content, signature: signFor(purpose, content, key) };
  }

  return {
    url,
    instance,
    state,
    sign,
    /** A Verbindungsdatei of this hub. */
    connectionFile(changed: Partial<ConnectionFile> = {}, tls: TlsPin = { kind: 'none' }): string {
      const now = Date.now();
      const content = {
        format: 'bruecke-connection-file-v1',
        server: url,
        firmName: 'Kanzlei Nord',
        code: state.code,
        issuedAt: new Date(now).toISOString(),
        expiresAt: new Date(now + 86_400_000).toISOString(),
        instanceKey: rawPublicKey(instance.public),
        tls,
        ...changed,
      };
      return JSON.stringify({ signature: signFor(signingPurposes.connectionFile, content, instance), ...content });
    },
    /** Hands an order out with the next poll; `forge` changes what is sent. */
    order(
      order: ConnectorOrder | Record<string, unknown>,
      forge: { changed?: Record<string, unknown>; key?: SigningKey; raw?: (signed: object) => unknown } = {},
    ): Received & { id: string } {
      const content = {
        id: randomUUID() as string,
        attempt: 1,
        issuedAt: new Date().toISOString(),
        expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
        connectorId: state.connectorId,
        order,
        ...forge.changed,
      };
      // As far as the tests make sensible ones.
      const signed = sign(content, forge.key) as unknown as SignedOrder;
      const seen: Received = { id: content.id, attempt: content.attempt, parts: [], end: null };
      received.set(`${content.id} ${content.attempt}`, seen);
      waiting.push({ order: signed, ...(forge.raw ? { raw: forge.raw(signed) } : {}) });
      state.wake();
      return seen;
    },
  };
}

function json(response: ServerResponse, value: unknown): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

function refuse(response: ServerResponse, status: number, code: string | null): void {
  response
    .writeHead(status, { 'content-type': 'application/problem+json' })
    .end(code === null ? '<html>' : JSON.stringify({ code, status }));
}
