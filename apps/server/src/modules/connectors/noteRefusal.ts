import type { Id } from '@bruecke/model';
import type { Services } from '../../context.ts';
import { recordHistory } from '../../history/index.ts';
import { throttle } from '../people/index.ts';

/** Why something between hub and connector was refused; the interface has a sentence for each. */
export type RefusalReason =
  | 'codeUnknown'
  | 'codeUsed'
  | 'codeExpired'
  | 'codeWithdrawn'
  | 'signature'
  | 'replayed'
  | 'revoked'
  | 'foreignOrder'
  | 'rows'
  | 'orderRefused'
  | 'orderForeignKey'
  | 'callNotAllowed'
  | 'clientNotReleased'
  | 'updateForeignKey'
  | 'serverCertificateWrong'
  | 'datevCertificateWrong';

export type RefusalNote = {
  firmId: Id;
  connectorId: Id | null;
  /** Name of the machine, stands beside the chain. */
  machine: string | null;
  reason: RefusalReason;
  mandantId?: Id | null;
  /** What to count by besides the reason: a file's id. */
  about?: Id;
};

/**
 * Tells the firm (and the Mandant concerned) in its Protokoll that something was refused, once an hour per connector and reason: whoever
 * keeps trying must not be able to fill a chain. In a transaction of its own, because the refused one is rolled back.
 */
export async function noteRefusal(services: Services, note: RefusalNote): Promise<void> {
  await services.withRole('auth', async (tx) => {
    const counted = `${note.about ?? note.connectorId}:${note.reason}`;
    if (await throttle(tx, services, 'refusalOf', counted)) return;
    await recordHistory(tx, services, {
      at: services.now(),
      kind: 'connector.refused',
      actor: note.connectorId ? { type: 'connector', id: note.connectorId } : { type: 'system' },
      subject: { firmId: note.firmId, ...(note.connectorId ? { connectorId: note.connectorId } : {}) },
      data: { reason: note.reason, ...(note.about ? { fileId: note.about } : {}) },
      people: note.machine ? [{ label: 'machine', value: note.machine }] : [],
      firmIds: [note.firmId],
      mandantIds: note.mandantId ? [note.mandantId] : [],
    });
  });
}

/** A code that nobody has: it belongs to no firm, so the operator is told, at most twenty times an hour. */
export async function noteUnknownCode(services: Services, network: string): Promise<void> {
  await services.withRole('auth', async (tx) => {
    if (await throttle(tx, services, 'unknownCodes', 'all')) return;
    await recordHistory(tx, services, {
      at: services.now(),
      kind: 'connector.refused',
      actor: { type: 'system' },
      subject: {},
      data: { reason: 'codeUnknown' satisfies RefusalReason },
      people: [{ label: 'network', value: network }],
      instance: true,
    });
  });
}
