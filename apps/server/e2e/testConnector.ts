import { createHash, sign } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import {
  type ConnectionFile,
  contentDigest,
  type PollAnswer,
  type PollRequest,
  type SignedOrder,
  signatureBase,
  signatureHeader,
  signatureParams,
  signingPurposes,
} from '@bruecke/contract';
import type { ConnectorRow, OrderEnd } from '@bruecke/model';
import { rawPublicKey, type SigningKey, signFor, signingKeyFromSeed } from '@bruecke/proof';

/** What came back: status, problem code, parsed body. */
export type LinkAnswer = { status: number; code: string | null; json: unknown };
/** What of a request is to be other than right. */
export type Forged = {
  nonce?: string;
  key?: SigningKey;
  connectorId?: string;
  digest?: string;
  /** Signed for another address than the one asked. */
  signedPath?: string;
  headers?: Record<string, string>;
  /** Sent as it is, without any signature. */
  unsigned?: true;
};

/** A connector as far as the wire: it signs, counts nonces, and holds one key. Talks over a real socket. */
export function createTestConnector(url: string, given: { seed: number; publicUrl?: string; machine?: string }) {
  const state = {
    key: signingKeyFromSeed(Buffer.alloc(32, given.seed)),
    connectorId: '',
    nonce: '',
    fingerprint: '',
    lastSent: null as { path: string; headers: Record<string, string>; body: Uint8Array<ArrayBuffer> } | null,
  };
  const publicUrl = given.publicUrl ?? 'https://bruecke.example';
  const machine = given.machine ?? 'DATEV-SRV-01';

  async function send(path: string, headers: Record<string, string>, body: Uint8Array<ArrayBuffer>) {
    const response = await fetch(`${url}/api/v1${path}`, { method: 'POST', headers, body });
    state.nonce = response.headers.get('replay-nonce') ?? state.nonce;
    const text = await response.text();
    const json: unknown = text === '' ? null : JSON.parse(text);
    const code = response.status >= 400 ? String(Object(json).code) : null;
    return { status: response.status, code, json };
  }

  function signRequest(path: string, body: Buffer, headers: Record<string, string>, forged: Forged = {}) {
    const connectorId = forged.connectorId ?? state.connectorId;
    const digest = forged.digest ?? contentDigest(createHash('sha256').update(body).digest('base64'));
    const created = 1_772_438_400;
    const params = signatureParams({ created, connectorId, nonce: forged.nonce ?? state.nonce });
    const targetUri = `${publicUrl}/api/v1${forged.signedPath ?? path}`;
    const base = signatureBase({ method: 'POST', targetUri, contentDigest: digest, params });
    const signature = sign(null, Buffer.from(base), (forged.key ?? state.key).privateKey).toString('base64');
    const all = {
      ...headers,
      ...(forged.unsigned
        ? {}
        : {
            'content-digest': digest,
            'signature-input': `sig1=${params}`,
            signature: signatureHeader(signature),
          }),
      ...forged.headers,
    };
    return { path, headers: all, body: new Uint8Array(body) };
  }

  function signed(
    path: string,
    body: Buffer,
    headers: Record<string, string>,
    forged: Forged = {},
  ): Promise<LinkAnswer> {
    state.lastSent = signRequest(path, body, headers, forged);
    return send(path, state.lastSent.headers, state.lastSent.body);
  }

  const json = (path: string, body: unknown, forged?: Forged) =>
    signed(path, Buffer.from(JSON.stringify(body)), { 'content-type': 'application/json' }, forged);

  const beat = (told: Partial<PollRequest> = {}): PollRequest => ({
    machine,
    os: 'Windows Server 2022',
    version: '1.0.0',
    lastError: null,
    released: [],
    running: [],
    ...told,
  });

  return {
    state,
    machine,
    pair: async (code: string): Promise<LinkAnswer> => {
      const body = {
        code,
        publicKey: rawPublicKey(state.key.public),
        machine,
        os: 'Windows Server 2022',
        version: '1.0.0',
      };
      const answer = await send(
        '/connector-link/pair',
        { 'content-type': 'application/json' },
        new Uint8Array(Buffer.from(JSON.stringify(body))),
      );
      if (answer.status === 200) {
        const paired = answer.json as { connectorId: string; fingerprint: string };
        Object.assign(state, { connectorId: paired.connectorId, fingerprint: paired.fingerprint });
      }
      return answer;
    },
    /** A first nonce, as after a start. */
    askNonce: (connectorId = state.connectorId) =>
      send(
        '/connector-link/nonce',
        { 'content-type': 'application/json' },
        new Uint8Array(Buffer.from(JSON.stringify({ connectorId }))),
      ),
    poll: (told: Partial<PollRequest> = {}, forged?: Forged) => json('/connector-link/poll', beat(told), forged),
    /** Polls until there are orders. */
    orders: async (told: Partial<PollRequest> = {}): Promise<SignedOrder[]> => {
      const answer = await json('/connector-link/poll', beat(told));
      if (answer.status !== 200) throw new Error(`poll: ${answer.status} ${answer.code}`);
      return (answer.json as PollAnswer).orders;
    },
    part: (
      order: { id: string; attempt: number },
      number: number,
      rows: readonly ConnectorRow[] | Buffer,
      forged?: Forged,
    ) =>
      signed(
        `/connector-link/orders/${order.id}/parts/${number}?attempt=${order.attempt}`,
        Buffer.isBuffer(rows) ? rows : gzipSync(rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
        { 'content-type': 'application/x-ndjson', 'content-encoding': 'gzip' },
        forged,
      ),
    end: (order: { id: string; attempt: number }, end: OrderEnd, forged?: Forged) =>
      json(`/connector-link/orders/${order.id}/end?attempt=${order.attempt}`, end, forged),
    changeKey: (next: SigningKey, forged: Forged & { proof?: string } = {}) => {
      const publicKey = rawPublicKey(next.public);
      const { proof = signFor(signingPurposes.connectorKey, { connectorId: state.connectorId, publicKey }, next) } =
        forged;
      return json('/connector-link/key', { publicKey, proof }, forged);
    },
    /** A signed request that is not sent, with the nonce at hand. */
    prepare: (path: string, body: unknown) => {
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body));
      const { headers } = signRequest(path, bytes, {
        'content-type': Buffer.isBuffer(body) ? 'application/x-ndjson' : 'application/json',
      });
      return { method: 'POST', path, headers, bytes };
    },
    beat,
    /** The very last request once more, byte for byte. */
    replay: () => {
      const last = state.lastSent;
      if (!last) throw new Error('nothing was sent yet');
      return send(last.path, last.headers, last.body);
    },
  };
}

export type TestConnector = ReturnType<typeof createTestConnector>;

/** Reads a Verbindungsdatei as it was downloaded. */
export function readConnectionFile(text: string): ConnectionFile {
  // Written by createFile.ts; the tests look at its parts and its signature.
  return JSON.parse(text) as ConnectionFile;
}
