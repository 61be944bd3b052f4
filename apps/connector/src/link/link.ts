import { createHash, sign } from 'node:crypto';
import { contentDigest, linkPath, signatureBase, signatureHeader, signatureParams } from '@bruecke/contract';
import type { SigningKey } from '@bruecke/proof';
import { parseJson } from '../formats.ts';
import type { HubAnswer, SendToHub } from './hubRequest.ts';

/** What the hub said: the parsed body of a success, or the code of its refusal. */
export type LinkAnswer =
  | { ok: true; json: unknown }
  | {
      ok: false;
      status: number;
      /** Of the problem details; `http_<status>` for an answer without one (a proxy's page). */
      code: string;
      /** `expected` of `part_gap`. */
      expected: number | null;
      retryAfterMs: number | null;
    };

/** Signed requests of one connector to its hub. */
export type Link = {
  post: (path: string, body: Buffer, headers: Record<string, string>, signal: AbortSignal) => Promise<LinkAnswer>;
  /** The same with a JSON body. */
  postJson: (path: string, body: unknown, signal: AbortSignal) => Promise<LinkAnswer>;
};

export type LinkParts = {
  send: SendToHub;
  /** Public address of the hub, as it stands in what is signed. */
  server: string;
  connectorId: string;
  key: SigningKey;
  now: () => Date;
};

/** The hub accepts a nonce for five minutes; old ones are thrown away here, so that few requests have to be repeated. */
const NONCE_MS = 4 * 60_000;
const MOST_NONCES = 8;

/**
 * Signs each request (RFC 9421, contract/connectorSignature.ts) with a nonce of an earlier answer; without one it asks for one first. A
 * nonce that the hub no longer takes is replaced by the one that came with the refusal, once. Throws what the network throws.
 */
export function createLink(parts: LinkParts): Link {
  const nonces = createNonces(parts.now);

  async function signedOnce(
    path: string,
    body: Buffer,
    headers: Record<string, string>,
    signal: AbortSignal,
  ): Promise<HubAnswer> {
    const nonce = nonces.take() ?? (await askNonce(signal));
    const answer = await parts.send({
      path,
      body,
      signal,
      headers: { ...headers, ...signature(parts, path, body, nonce) },
    });
    nonces.keep(answer);
    return answer;
  }

  async function askNonce(signal: AbortSignal): Promise<string> {
    const answer = await parts.send({
      path: `/api/v1${linkPath}/nonce`,
      headers: { 'content-type': 'application/json' },
      body: Buffer.from(JSON.stringify({ connectorId: parts.connectorId })),
      signal,
    });
    nonces.keep(answer);
    // Without a header the request that follows is refused, which tells the rest.
    return nonces.take() ?? 'none';
  }

  async function post(path: string, body: Buffer, headers: Record<string, string>, signal: AbortSignal) {
    const full = `/api/v1${linkPath}${path}`;
    const first = linkAnswer(await signedOnce(full, body, headers, signal), parts.now());
    if (first.ok || first.code !== 'bad_nonce') return first;
    return linkAnswer(await signedOnce(full, body, headers, signal), parts.now());
  }

  return {
    post,
    postJson: (path, body, signal) =>
      post(path, Buffer.from(JSON.stringify(body)), { 'content-type': 'application/json' }, signal),
  };
}

function signature(
  { server, connectorId, key, now }: LinkParts,
  path: string,
  body: Buffer,
  nonce: string,
): Record<string, string> {
  const digest = contentDigest(createHash('sha256').update(body).digest('base64'));
  const created = Math.floor(now().getTime() / 1000);
  const params = signatureParams({ created, connectorId, nonce });
  const base = signatureBase({ method: 'POST', targetUri: `${server}${path}`, contentDigest: digest, params });
  const value = sign(null, Buffer.from(base), key.privateKey).toString('base64');
  return { 'content-digest': digest, 'signature-input': `sig1=${params}`, signature: signatureHeader(value) };
}

/** Nonces not used yet. Several, as an order's parts and the poll are on their way at the same time. */
function createNonces(now: () => Date) {
  const kept: { nonce: string; until: number }[] = [];
  return {
    take(): string | null {
      const time = now().getTime();
      // The youngest: it lives longest.
      const found = kept.findLast(({ until }) => until > time);
      if (found === undefined) return null;
      kept.splice(kept.indexOf(found), 1);
      return found.nonce;
    },
    keep({ headers }: HubAnswer): void {
      const nonce = headers['replay-nonce'];
      if (typeof nonce !== 'string') return;
      kept.push({ nonce, until: now().getTime() + NONCE_MS });
      if (kept.length > MOST_NONCES) kept.shift();
    },
  };
}

/** Reads the hub's answer; refusals are problem details (RFC 9457). */
export function linkAnswer(answer: HubAnswer, now: Date): LinkAnswer {
  const json = answer.body === '' ? null : parseJson(answer.body);
  if (answer.status >= 200 && answer.status < 300) return { ok: true, json };
  const problem: Record<string, unknown> = typeof json === 'object' && json !== null ? { ...json } : {};
  const { code, expected } = problem;
  return {
    ok: false,
    status: answer.status,
    code: typeof code === 'string' ? code.slice(0, 100) : `http_${answer.status}`,
    expected: typeof expected === 'number' ? expected : null,
    retryAfterMs: retryAfterMs(answer.headers['retry-after'], now),
  };
}

/** `Retry-After` in its two forms, seconds and date (RFC 9110, 10.2.3); at most an hour is believed. */
function retryAfterMs(header: string | undefined, now: Date): number | null {
  if (header === undefined) return null;
  const ms = /^\d{1,9}$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - now.getTime();
  return Number.isNaN(ms) ? null : Math.min(Math.max(ms, 0), 3_600_000);
}
