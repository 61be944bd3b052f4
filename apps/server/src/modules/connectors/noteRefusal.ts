import type { Id } from '@bruecke/model';
import type { Caller, Services } from '../../context.ts';
import { actedBy, type HistoryEntry, recordHistory } from '../../history/index.ts';
import { throttle } from '../people/index.ts';

/** Why something between hub and connector was refused; the interface has a sentence for each. */
export type RefusalReason =
  | 'codeUnknown'
  | 'codeUsed'
  | 'codeExpired'
  | 'codeWithdrawn'
  | 'fileForbidden'
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
  /** The person who was refused, where it was one. */
  caller?: Caller;
  /** What to count by besides the reason: a file's id. */
  about?: Id;
};

/**
 * Tells the firm (and the Mandant concerned) in its Protokoll that something was refused, once an hour per connector and reason: whoever
 * keeps trying must not be able to fill a chain. In a transaction of its own, because the refused one is rolled back.
 */
export async function noteRefusal(services: Services, note: RefusalNote): Promise<void> {
  await services.withRole('auth', async (tx) => {
    const counted = `${note.caller?.userId ?? note.about ?? note.connectorId}:${note.reason}`;
    if (await throttle(tx, services, 'refusalOf', counted)) return;
    await recordHistory(tx, services, {
      at: services.now(),
      kind: 'connector.refused',
      ...actorOfNote(note),
      subject: { firmId: note.firmId, ...(note.connectorId ? { connectorId: note.connectorId } : {}) },
      data: { reason: note.reason, ...(note.about ? { fileId: note.about } : {}) },
      firmIds: [note.firmId],
      mandantIds: note.mandantId ? [note.mandantId] : [],
    });
  });
}

function actorOfNote({ caller, connectorId, machine }: RefusalNote): Pick<HistoryEntry, 'actor' | 'people'> {
  if (caller) return actedBy(caller);
  return {
    actor: connectorId ? { type: 'connector', id: connectorId } : { type: 'system' },
    people: machine ? [{ label: 'machine', value: machine }] : [],
  };
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
