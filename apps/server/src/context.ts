import type { DiscoveryCache } from '@bruecke/datev-online';
import type { DeliveryEvent, DeliveryPhase, Id, Right } from '@bruecke/model';
import type { SigningKey } from '@bruecke/proof';
import type { BlobStore } from './blobs/store.ts';
import type { StoredActor } from './db/storedValues.ts';
import type { Tenancy, TenantContext } from './db/withTenant.ts';
import type { Encryption } from './secrets/encryption.ts';

/** What every verb may use; chosen in compose.ts, faked in tests. Nothing else reads clock, randomness or network. */
export type Services = Tenancy & {
  now(): Date;
  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void>;
  newId(): Id;
  randomBytes(length: number): Buffer;
  fetch(request: Request): Promise<Response>;
  /** Bounds one call to DATEV; absent: it waits for ever (simulations with a clock of their own). */
  newSignal?: () => AbortSignal;
  /** DATEV's discovery documents and keys, kept for this process. */
  discoveryCache: DiscoveryCache;
  /** This process among the workers; a delivery being sent carries it. */
  workerId: string;
  blobs: BlobStore;
  encryption: Encryption;
  /** Signs receipts and the heads of the history. */
  signingKey: SigningKey;
  /** Signs Verbindungsdateien and orders to connectors. */
  instanceKey: SigningKey;
  /** Told of every look into the deliveries' state table; the simulation counts its cells. */
  watchTable?: (phase: DeliveryPhase, event: DeliveryEvent) => void;
  /** One line of the program's own log; never a name, a token or a body. */
  log(line: string): void;
  settings: {
    /** Where people reach this instance, without a trailing slash. */
    publicUrl: string;
    /** Limit of the instance per voucher, bytes. */
    uploadLimitBytes: number;
    /** The demo shows a readable mailbox and one-click sign-ins. */
    demo: boolean;
    version: string;
  };
};

/** A signed-in person, or a program with that person's API key. */
export type Caller = {
  userId: Id;
  name: string;
  email: string;
  language: 'de' | 'en';
  operator: boolean;
  /** Browser session, null for an API key. */
  session: { id: Id; csrfToken: string; freshUntil: Date | null } | null;
  apiKey: { id: Id; mandantId: Id; rights: Right[] } | null;
  /**
   * Of a request that brings bytes: the rights for the Mandant in its address, found in the question who asks. Spares a second question before
   * the bytes are read; what is kept of them is allowed in the verb's own transaction, as ever.
   */
  atMandant?: { id: Id; rights: Right[] };
};

/** What a verb of a signed-in person gets. */
export type Ctx = Services & { caller: Caller };

/** The program on a firm's server whose signed request this is. */
export type ConnectorCaller = { id: Id; firmId: Id };
/** What a verb of a connector gets. */
export type ConnectorCtx = Services & { connector: ConnectorCaller };

/** As whom the database sees the caller. `aboutMandantId`: the only Mandant in sight, for a transaction that is about one. */
export function tenantOf({ userId, apiKey }: Caller, aboutMandantId?: Id): TenantContext {
  return {
    as: 'user',
    userId,
    ...(aboutMandantId === undefined ? {} : { aboutMandantId }),
    ...(apiKey ? { scopeMandantId: apiKey.mandantId, rights: apiKey.rights } : {}),
  };
}

/** How the caller stands in history and beside rows: ids only. */
export function actorOf(caller: Caller): StoredActor {
  return caller.apiKey
    ? { type: 'apiKey', id: caller.apiKey.id, userId: caller.userId }
    : { type: 'user', id: caller.userId };
}
