import type { ConnectionFacts } from '@bruecke/model';

/** A binding has no end of its own; the model asks for one. */
const noEnd = '9999-12-31T00:00:00.000Z';

/** Of a binding's connector: since when it is revoked, since when it gives no sign of life. */
export type ConnectorLife = { revokedAt: string | null; silentSince: string | null };

/**
 * The five facts of a living binding: authorised while its connector is (confirming came before binding), reachable while the connector gives
 * signs of life and DATEV answers it, set up as the probe found. `own`: what stands at the connection itself.
 */
export function bindingFacts(
  own: Omit<ConnectionFacts, 'authorisation'>,
  bound: { at: string; by: string | null },
  connector: ConnectorLife,
): ConnectionFacts {
  const { revokedAt, silentSince } = connector;
  return {
    ...own,
    authorisation:
      revokedAt === null
        ? { state: 'valid', since: bound.at, until: noEnd, by: bound.by }
        : { state: 'lost', since: revokedAt, reason: 'connectorRevoked' },
    reachability:
      revokedAt === null && silentSince !== null
        ? { state: 'down', since: silentSince, reason: 'connectorSilent' }
        : own.reachability,
  };
}

/** Without a binding; `askedAt`: since when one waits for its second confirmation. */
export function unboundFacts(askedAt: string | null, now: string): ConnectionFacts {
  return {
    switch: { on: false, since: now, by: null },
    authorisation: askedAt === null ? { state: 'none' } : { state: 'connecting', since: askedAt },
    setup: { state: 'unchecked' },
    reachability: { state: 'unknown' },
    engagement: { state: 'open' },
    lastSuccessAt: null,
  };
}
