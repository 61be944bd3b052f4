import { type Static, Type as T } from '@sinclair/typebox';
import { connectorOrder, datevGuid, orderEnd } from './connectorRows.ts';
import { endpoint } from './endpoint.ts';
import { id, line, nullable, object, oneOf, time, words } from './parts.ts';

/**
 * The link between hub and connector: plain HTTPS requests of the connector, below `${server}/api/v1/connector-link`.
 *
 * Every request but `pair` and `nonce` is signed (connectorSignature.ts). Every answer to a request that names a connector, also a
 * refusal, carries `Replay-Nonce`: the nonce for the next request (as in ACME, RFC 8555). Refusals are problem details
 * (`application/problem+json`); the program goes by `code`:
 *
 * | status | code | what the program does |
 * |---|---|---|
 * | 401 | `bad_nonce` | repeats once with the nonce of this answer |
 * | 401 | `signature_refused` | missing, malformed or wrong: during a change of key it tries its other key once, else it stops like revoked |
 * | 401 | `connector_revoked` | revoked, removed or never known: stops working, keeps its state, says so on its status page |
 * | 400 | `digest_mismatch` | repeats: the body was changed on its way |
 * | 400 | `rows_refused` | ends the order with `unexpected`: what it sends does not fit the schema |
 * | 413 | `part_too_large` | as `rows_refused` |
 * | 409 | `part_gap` | goes on with the part number in `expected` |
 * | 409 | `rows_differ` | drops the order: it will be given again with the next attempt |
 * | 410 | `order_gone` | drops the order: cancelled, ended, of an earlier attempt or of somebody else |
 * | 410 | `pairing_code_used`, `pairing_code_expired`, `pairing_code_withdrawn`; 404 `pairing_code_unknown` | tells the person to create a new Verbindungsdatei |
 * | 429, 5xx | any | waits (`retry-after` where given), then goes on |
 */
export const linkPath = '/connector-link';

/** What the instance key signs stands after one of these and a line feed, as RFC 8785 text: no signature is good for two purposes. */
export const signingPurposes = {
  connectionFile: 'bruecke-connection-file-v1',
  order: 'bruecke-order-v1',
  /** Signed by the new key when a connector changes its key. */
  connectorKey: 'bruecke-connector-key-v1',
} as const;

/** Limits of one part. Whoever writes parts keeps below `rows` and `bytes`; above the hard ones the hub refuses. A block counts as its postings. */
export const partLimits = {
  rows: 10_000,
  /** Unpacked. */
  bytes: 4 * 1024 * 1024,
  hardRows: 20_000,
  /** Unpacked; unpacking stops there. */
  hardBytes: 16 * 1024 * 1024,
  /** As sent. */
  hardCompressedBytes: 4 * 1024 * 1024,
  hardLineBytes: 1024 * 1024,
} as const;

/** Longest wait of one poll, and when a silent connector counts as not reachable. */
export const pollSeconds = 25;
export const silentAfterSeconds = 180;
/** Most orders in one answer. */
export const mostOrders = 8;

const rawKey = T.String({
  pattern: '^[A-Za-z0-9_-]{43}$',
  description: 'Raw Ed25519 public key, 32 bytes in base64url',
});
const signature = T.String({ pattern: '^[A-Za-z0-9_-]{86}$', description: 'Ed25519 in base64url' });
const machineFacts = {
  /** Host name. */
  machine: line(200),
  os: line(200),
  version: line(40),
};

/**
 * How the program knows the server. `spki`: the chain holds a certificate with one of these SHA-256 of its SubjectPublicKeyInfo (base64): those of
 * the CAs above the leaf, besides the usual verification, which stays; or of a leaf that signed itself, which then needs no CA.
 * `ca`: certificates in PEM that take the place of the system's. `none`: http on a loopback host.
 */
export const tlsPin = T.Union([
  object({ kind: T.Literal('spki'), sha256: T.Array(T.String({ pattern: '^[A-Za-z0-9+/]{43}=$' }), { minItems: 1 }) }),
  object({ kind: T.Literal('ca'), pem: T.String() }),
  object({ kind: T.Literal('none') }),
]);
export type TlsPin = Static<typeof tlsPin>;

/** Ending of a Verbindungsdatei's name. */
export const connectionFileExtension = '.bruecke';
/**
 * Verbindungsdatei: JSON, UTF-8. `signature` is the instance key's over the rest (`signingPurposes.connectionFile`). The file is what the
 * program trusts the server by, so it is handed over like a key and is worth nothing once its code was used.
 */
export const connectionFile = object({
  format: T.Literal('bruecke-connection-file-v1'),
  /** Public address, no trailing slash; http for loopback hosts alone. */
  server: T.String({ maxLength: 300 }),
  firmName: T.String({ maxLength: 200 }),
  code: T.String({ pattern: '^[A-Za-z0-9_-]{43}$' }),
  issuedAt: time,
  expiresAt: time,
  instanceKey: rawKey,
  tls: tlsPin,
  signature,
});
export type ConnectionFile = Static<typeof connectionFile>;

/**
 * One order as it is handed out. An answer's `cancelled` is read before its `orders`: an order can be in both, its new attempt.
 * Every order stays among `running` until `end` was answered (also with a refusal), else it is handed out anew. `signature` is the instance key's over the rest (`signingPurposes.order`). To be begun before `expiresAt`.
 * The same order comes again with a higher `attempt` when no rows arrived for ten minutes or the program no longer names it as running.
 */
export const signedOrder = object({
  id,
  attempt: T.Integer({ minimum: 1 }),
  issuedAt: time,
  expiresAt: time,
  connectorId: id,
  order: connectorOrder,
  /** Absent from older hubs: whether the last part may end the order (`part`), so that no `end` has to follow. */
  lastPartEnds: T.Optional(T.Boolean()),
  signature,
});
export type SignedOrder = Static<typeof signedOrder>;

/**
 * Codes of `lastError` that say the program refused something: they go into the firm's Protokoll, once each time they appear. Other codes
 * (`probeCodes` and the program's own) are only shown.
 */
export const reportedRefusals = [
  /** An order not signed by the pinned instance key. */
  'orderForeignKey',
  /** A call outside the compiled-in list. */
  'callNotAllowed',
  /** A client outside the machine's own list. */
  'clientNotReleased',
  /** An update not signed by the release key. */
  'updateForeignKey',
  /** The server's certificate is not the pinned one. */
  'serverCertificateWrong',
  /** DATEVconnect's certificate is not the pinned one. */
  'datevCertificateWrong',
] as const;

export const pollRequest = object({
  ...machineFacts,
  lastError: nullable(object({ code: words(100), detail: nullable(words(1000)) })),
  /** The program's own list of released clients; any change makes the hub ask for their names. */
  released: T.Array(datevGuid, { maxItems: 5000 }),
  /** All orders it works on or still has to end; one that is missing here is handed out anew. */
  running: T.Array(id, { maxItems: 100 }),
});
export type PollRequest = Static<typeof pollRequest>;

export const pollAnswer = object({
  /** `unconfirmed`: an admin of the firm still has to compare the fingerprint; no orders until then. */
  state: oneOf(['unconfirmed', 'confirmed']),
  orders: T.Array(signedOrder, { maxItems: mostOrders }),
  /** Of `running`: to be dropped. */
  cancelled: T.Array(id),
  /** Asked for a new key pair: the program makes one, stores it as pending, then calls `changeKey`. */
  changeKey: T.Boolean(),
});
export type PollAnswer = Static<typeof pollAnswer>;

/** What the release key signs stands after this and a line feed. Not among `signingPurposes`: it is not the instance's key. */
export const releasePurpose = 'bruecke-connector-release-v1';
/** A version of the program as those who release it signed it; `signature` is over the rest. */
export const connectorRelease = object({
  version: T.String({ pattern: '^[0-9]{1,5}[.][0-9]{1,5}[.][0-9]{1,5}$' }),
  sha256: T.String({ pattern: '^[0-9a-f]{64}$', description: 'Of the program, one JavaScript file' }),
  size: T.Integer({ minimum: 1, maximum: 8 * 1024 * 1024, description: 'Bytes' }),
  signature,
});
export type ConnectorRelease = Static<typeof connectorRelease>;
/** Beside the installers: the release, and its program as `bruecke-connector-<version>.cjs`. */
export const releaseFile = 'update.json';

const tag = 'Konnektor-Leitung';
const connector = { who: 'connector' } as const;
const signedErrors = ['signature_refused', 'bad_nonce', 'connector_revoked', 'digest_mismatch'] as const;
const partErrors = ['order_gone', 'part_gap', 'rows_refused', 'part_too_large'] as const;
/** Orders carry the attempt along, so that rows of an attempt given up never mix with those of the next. */
const attempt = { attempt: T.Integer({ minimum: 1, maximum: 1000 }) };
const total = T.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });

export const connectorLink = {
  pair: endpoint({
    method: 'POST',
    path: `${linkPath}/pair`,
    tag,
    summary: 'Pair a connector with the code of a Verbindungsdatei',
    access: { who: 'anyone' },
    history: ['connector.paired', 'connector.refused'],
    body: object({ code: T.String({ minLength: 20, maxLength: 200 }), publicKey: rawKey, ...machineFacts }),
    answer: object({ connectorId: id, fingerprint: T.String(), firmName: T.String() }),
    errors: [
      'pairing_code_unknown',
      'pairing_code_used',
      'pairing_code_expired',
      'pairing_code_withdrawn',
      'too_many_requests',
    ],
  }),
  nonce: endpoint({
    method: 'POST',
    path: `${linkPath}/nonce`,
    tag,
    summary: 'A first nonce, in the header Replay-Nonce; given for any id',
    access: { who: 'anyone' },
    history: { none: 'nothing happens' },
    body: object({ connectorId: id }),
    status: 204,
  }),
  poll: endpoint({
    method: 'POST',
    path: `${linkPath}/poll`,
    tag,
    summary: 'Heartbeat, and the next orders; waits for them up to 25 seconds',
    access: connector,
    history: { none: 'a sign of life' },
    body: pollRequest,
    answer: pollAnswer,
    errors: signedErrors,
  }),
  /**
   * Signed with the present key, which ends with this. The program stores the new key as pending before it calls, and takes whichever of the
   * two is not refused when the answer got lost.
   */
  changeKey: endpoint({
    method: 'POST',
    path: `${linkPath}/key`,
    tag,
    summary: 'Change to a new key pair, once an admin has asked for it',
    access: connector,
    history: ['connector.keyRotated'],
    /** `proof`: the new key's signature over `{ connectorId, publicKey }` (`signingPurposes.connectorKey`). */
    body: object({ publicKey: rawKey, proof: signature }),
    answer: object({ fingerprint: T.String() }),
    errors: [...signedErrors, 'key_change_refused'],
  }),
  /** Handed on as it lies beside the installers: whether it may be run, the release key decides, which is the program's own. */
  update: endpoint({
    method: 'POST',
    path: `${linkPath}/update`,
    tag,
    summary: 'The newest version of the program, with its code when that is wanted',
    access: connector,
    history: { none: 'reads' },
    /** `wanted`: the version whose program is to come along. */
    body: object({ version: machineFacts.version, wanted: nullable(T.String({ maxLength: 40 })) }),
    answer: object({
      release: nullable(connectorRelease),
      program: nullable(T.String({ description: 'One JavaScript file, base64' })),
    }),
    errors: signedErrors,
  }),
  /** `rows` and `calls`, both or none: this is the last part, and the order ended well with so many; as `end` would say it. */
  part: endpoint({
    method: 'POST',
    path: `${linkPath}/orders/:orderId/parts/:number`,
    tag,
    summary:
      'Rows of an order: gzip NDJSON, one row or block of postings a line; numbers from 1 without gaps; a repeated part is taken once',
    access: connector,
    history: { none: 'data on its way, counted in the end of the order' },
    params: object({ orderId: id, number: T.Integer({ minimum: 1, maximum: 1_000_000 }) }),
    query: object({ ...attempt, rows: T.Optional(total), calls: T.Optional(total) }),
    takes: 'bytes',
    status: 204,
    errors: [...signedErrors, ...partErrors, 'rows_differ'],
  }),
  end: endpoint({
    method: 'POST',
    path: `${linkPath}/orders/:orderId/end`,
    tag,
    summary: 'End of an order, with the number of rows and calls',
    access: connector,
    history: { none: 'what it means is recorded by whoever gave the order' },
    params: object({ orderId: id }),
    query: object(attempt),
    body: orderEnd,
    status: 204,
    errors: [...signedErrors, 'order_gone', 'rows_differ'],
  }),
};

/** SHA-256 of a raw public key as people compare it on two screens: base32 (RFC 4648) in groups of four. */
export function keyFingerprint(sha256: Uint8Array): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  let bits = '';
  for (const byte of sha256) bits += byte.toString(2).padStart(8, '0');
  const letters = (bits.match(/.{1,5}/g) ?? []).map((five) => alphabet[Number.parseInt(five.padEnd(5, '0'), 2)]);
  return (letters.join('').match(/.{1,4}/g) ?? []).join('-');
}
