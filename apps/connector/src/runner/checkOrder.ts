import { type SignedOrder, signedOrder, signingPurposes } from '@bruecke/contract';
import { type ConnectorOrderKind, connectorOrderKinds } from '@bruecke/model';
import { verifyFor, verifyKeyFromRaw } from '@bruecke/proof';
import { parseAs } from '../formats.ts';

/** Why an order is not carried out. The first ones are told to the hub as refused; `foreignKey` is not answered at all: whose it is, is not known. */
export type OrderRefusal =
  | 'callNotAllowed'
  | 'clientNotReleased'
  | 'orderExpired'
  | 'orderReplayed'
  | 'orderForOther'
  | 'orderForeignKey';

export type CheckedOrder =
  | { ok: true; order: SignedOrder }
  /** `order`: id and attempt, where they are known to be the hub's. */
  | { ok: false; refusal: OrderRefusal; order: { id: string; attempt: number } | null };

export type OrderTrust = {
  /** Raw key that the Verbindungsdatei pinned. */
  instanceKey: string;
  connectorId: string;
  now: Date;
  /** Attempts begun before or in hand. */
  seen: (order: { id: string; attempt: number }) => boolean;
  /** Released on this machine, lower case. */
  released: ReadonlySet<string>;
};

/**
 * Whether to carry out what the hub handed out. Decides by this program's own lists: the kinds of orders compiled into it and the
 * clients released on its machine. In this order: signature, addressee, time, replay, call, client.
 */
export function checkOrder(value: unknown, trust: OrderTrust): CheckedOrder {
  const named = envelopeOf(value);
  if (named === null || !isSigned(value, named.signature, trust.instanceKey)) {
    return { ok: false, refusal: 'orderForeignKey', order: null };
  }
  const refuse = (refusal: OrderRefusal): CheckedOrder => ({ ok: false, refusal, order: named });
  if (named.connectorId !== trust.connectorId) return refuse('orderForOther');
  if (!(Date.parse(named.expiresAt) > trust.now.getTime())) return refuse('orderExpired');
  if (trust.seen(named)) return refuse('orderReplayed');
  const signed = isKnownKind(Object(named.order).kind) ? parseAs(signedOrder, value) : null;
  if (signed === null) return refuse('callNotAllowed');
  const client = clientOf(signed);
  // A probe may ask about any client: the answer is that it is not released, without a call about it.
  if (client !== null && signed.order.kind !== 'probe' && !trust.released.has(client.toLowerCase())) {
    return refuse('clientNotReleased');
  }
  return { ok: true, order: signed };
}

function isKnownKind(kind: unknown): kind is ConnectorOrderKind {
  return connectorOrderKinds.some((known) => known === kind);
}

/** What every order has, also one with a call that this program does not know. */
function envelopeOf(value: unknown) {
  const { id, attempt, expiresAt, connectorId, order, signature } = Object(value);
  if (typeof id !== 'string' || typeof attempt !== 'number' || typeof expiresAt !== 'string') return null;
  if (typeof connectorId !== 'string' || typeof signature !== 'string') return null;
  return { id, attempt, expiresAt, connectorId, order: order as unknown, signature };
}

function isSigned(value: unknown, signature: string, instanceKey: string): boolean {
  const { signature: _signature, ...content } = Object(value);
  try {
    return verifyFor(signingPurposes.order, content, signature, verifyKeyFromRaw(instanceKey));
  } catch {
    return false;
  }
}

function clientOf({ order }: SignedOrder): string | null {
  return 'clientGuid' in order ? order.clientGuid : null;
}
