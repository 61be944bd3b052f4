import { createHash } from 'node:crypto';
import { keyFingerprint } from '@bruecke/contract';
import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { recordHistory } from '../../history/index.ts';
import { refuse } from '../../refusal.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { networkOf, throttle } from '../people/index.ts';
import { noteRefusal, noteUnknownCode, type RefusalReason } from './noteRefusal.ts';

export type PairInput = { code: string; publicKey: string; machine: string; os: string; version: string; ip: string };

/** Fingerprint of a raw public key (base64url), as both screens show it. */
export function fingerprintOf(publicKey: string): string {
  return keyFingerprint(createHash('sha256').update(Buffer.from(publicKey, 'base64url')).digest());
}

/**
 * Takes a Verbindungsdatei's code once and makes the connector, still unconfirmed. Whoever holds the code may; so used, expired and
 * withdrawn ones are told to the firm, unknown ones to the operator, and tries from one network are limited.
 */
export async function pair(services: Services, input: PairInput) {
  const limited = await services.withRole('auth', (tx) => throttle(tx, services, 'pairFrom', networkOf(input.ip)));
  if (limited) throw limited;
  const result = await services.withRole('auth', (tx) => redeem(tx, services, input));
  if (!('refused' in result)) return result;
  if (!result.file) {
    await noteUnknownCode(services, networkOf(input.ip));
    throw refuse('pairing_code_unknown');
  }
  const { firm_id: firmId, id } = result.file;
  await noteRefusal(services, {
    firmId,
    connectorId: null,
    machine: input.machine,
    reason: result.refused,
    about: id,
  });
  throw refuse(codes[result.refused]);
}

const codes = {
  codeUnknown: 'pairing_code_unknown',
  codeUsed: 'pairing_code_used',
  codeExpired: 'pairing_code_expired',
  codeWithdrawn: 'pairing_code_withdrawn',
} as const satisfies Partial<Record<RefusalReason, string>>;

async function redeem(tx: Tx, services: Services, input: PairInput) {
  const at = services.now();
  const file = await tx
    .selectFrom('connector_files')
    .select(['firm_id', 'id', 'expires_at', 'used_at', 'withdrawn_at'])
    .where('code_hash', '=', hashToken(input.code))
    .forUpdate()
    .executeTakeFirst();
  if (!file) return { refused: 'codeUnknown', file: null } as const;
  if (file.used_at) return { refused: 'codeUsed', file } as const;
  if (file.withdrawn_at) return { refused: 'codeWithdrawn', file } as const;
  if (file.expires_at <= at) return { refused: 'codeExpired', file } as const;
  const connectorId = services.newId();
  const fingerprint = fingerprintOf(input.publicKey);
  await insertConnector(tx, { firmId: file.firm_id, connectorId, fingerprint, at, input });
  await tx
    .updateTable('connector_files')
    .set({ used_at: at, connector_id: connectorId })
    .where('firm_id', '=', file.firm_id)
    .where('id', '=', file.id)
    .execute();
  const firm = await tx.selectFrom('firms').select('name').where('id', '=', file.firm_id).executeTakeFirstOrThrow();
  const history = await recordHistory(tx, services, {
    at,
    kind: 'connector.paired',
    actor: { type: 'connector', id: connectorId },
    subject: { firmId: file.firm_id, connectorId },
    data: { fileId: file.id, fingerprint, version: input.version },
    people: [{ label: 'machine', value: input.machine }],
    firmIds: [file.firm_id],
  });
  return { answer: { connectorId, fingerprint, firmName: firm.name }, history };
}

async function insertConnector(
  tx: Tx,
  given: { firmId: Id; connectorId: Id; fingerprint: string; at: Date; input: PairInput },
): Promise<void> {
  const { input, at } = given;
  await tx
    .insertInto('connectors')
    .values({
      firm_id: given.firmId,
      id: given.connectorId,
      public_key: input.publicKey,
      fingerprint: given.fingerprint,
      key_since: at,
      key_change_asked_at: null,
      key_change_asked_by: null,
      machine: input.machine,
      os: input.os,
      version: input.version,
      paired_at: at,
      confirmed_at: null,
      confirmed_by: null,
      revoked_at: null,
      revoked_by: null,
      removed_at: null,
      last_seen_at: at,
      seen_since: at,
      silent_since: null,
      last_error: null,
      last_error_at: null,
      clients_read_at: null,
      probed_at: null,
    })
    .execute();
}
