import { findingCodes } from '@bruecke/model';
import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { firmParams, id, nullable, object, oneOf, sha256, time } from './parts.ts';

const tag = 'Konnektoren';
const admin = { who: 'firm', role: 'admin' } as const;
const connectorParams = object({ firmId: id, connectorId: id });

/** What a step of the probe found, or the hub in the connector's answers. The sentences per code are the channel's. */
export const probeFinding = object({
  code: oneOf(findingCodes),
  severity: oneOf(['ok', 'warning', 'blocking']),
  detail: nullable(T.String()),
});

/** What the program last complained of, in its own code (`reportedRefusals`, `probeCodes` and others). */
export const connectorError = object({ code: T.String(), detail: nullable(T.String()), at: nullable(time) });

export const connector = object({
  id,
  machine: T.String(),
  os: T.String(),
  version: T.String(),
  /** As the machine shows it: base32 in groups of four. */
  fingerprint: T.String(),
  keySince: time,
  /** A new key was asked for and has not come yet. */
  keyChangeAskedAt: nullable(time),
  state: oneOf(['unconfirmed', 'confirmed', 'revoked']),
  pairedAt: time,
  confirmedAt: nullable(time),
  confirmedBy: nullable(T.String()),
  revokedAt: nullable(time),
  revokedBy: nullable(T.String()),
  lastSeenAt: nullable(time),
  /** No sign of life for three minutes. */
  silent: T.Boolean(),
  lastError: nullable(connectorError),
  /** Of the last probe without a client. */
  findings: T.Array(probeFinding),
  probedAt: nullable(time),
  /** A probe is under way. */
  probing: T.Boolean(),
  /** Number of clients released on the machine. */
  released: T.Integer(),
  /** Those bound to it that the person may see. */
  mandanten: T.Array(object({ id, name: T.String(), switchedOn: T.Boolean() })),
});

export const connectionFileEntry = object({
  id,
  createdAt: time,
  createdBy: nullable(T.String()),
  expiresAt: time,
  state: oneOf(['open', 'used', 'expired', 'withdrawn']),
  usedAt: nullable(time),
  connectorId: nullable(id),
});

export const installer = object({
  name: T.String(),
  system: oneOf(['windows', 'linux']),
  version: nullable(T.String()),
  size: T.Integer({ description: 'Bytes' }),
  sha256,
  /** Unsigned builds say so: Windows will warn. */
  signed: T.Boolean(),
});

export const connectors = {
  list: endpoint({
    method: 'GET',
    path: '/firms/:firmId/connectors',
    tag,
    summary: 'Connectors of the firm and its Verbindungsdateien of the last 30 days',
    access: admin,
    history: { none: 'reads' },
    params: firmParams,
    answer: object({ connectors: T.Array(connector), files: T.Array(connectionFileEntry) }),
  }),
  createFile: endpoint({
    method: 'POST',
    path: '/firms/:firmId/connectors/files',
    tag,
    summary: 'Create and download a Verbindungsdatei; its code pairs one connector, once, within 24 hours',
    access: admin,
    fresh: true,
    history: ['connector.fileCreated', 'connector.refused'],
    params: firmParams,
    gives: 'file',
    errors: ['public_certificate_unreadable'],
  }),
  withdrawFile: endpoint({
    method: 'DELETE',
    path: '/firms/:firmId/connectors/files/:fileId',
    tag,
    summary: 'Withdraw a Verbindungsdatei that was not used yet',
    access: admin,
    history: ['connector.fileWithdrawn'],
    params: object({ firmId: id, fileId: id }),
    status: 204,
    errors: ['conflict'],
  }),
  confirm: endpoint({
    method: 'POST',
    path: '/firms/:firmId/connectors/:connectorId/confirm',
    tag,
    summary: 'Confirm a connector, with the fingerprint that its machine shows; from then on it gets orders',
    access: admin,
    fresh: true,
    history: ['connector.confirmed'],
    params: connectorParams,
    body: object({ fingerprint: T.String({ maxLength: 100 }) }),
    answer: connector,
    errors: ['fingerprint_does_not_match', 'connector_revoked'],
  }),
  probe: endpoint({
    method: 'POST',
    path: '/firms/:firmId/connectors/:connectorId/probe',
    tag,
    summary: 'Testen: the connector runs its probe; the findings come with a live event',
    access: admin,
    history: { none: 'asks, changes nothing' },
    params: connectorParams,
    answer: connector,
    errors: ['connector_not_confirmed', 'connector_revoked'],
  }),
  askKeyChange: endpoint({
    method: 'POST',
    path: '/firms/:firmId/connectors/:connectorId/key-change',
    tag,
    summary: 'Schlüssel erneuern: the connector changes to a new key pair at its next contact',
    access: admin,
    fresh: true,
    history: ['connector.keyChangeAsked'],
    params: connectorParams,
    answer: connector,
    errors: ['connector_not_confirmed', 'connector_revoked'],
  }),
  revoke: endpoint({
    method: 'POST',
    path: '/firms/:firmId/connectors/:connectorId/revoke',
    tag,
    summary: 'Revoke a connector at once: its orders end, nothing of it is taken any more',
    access: admin,
    fresh: true,
    history: ['connector.revoked'],
    params: connectorParams,
    answer: connector,
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/firms/:firmId/connectors/:connectorId',
    tag,
    summary: 'Remove a connector: revoked, its bindings severed, off the list; figures already delivered stay',
    access: admin,
    fresh: true,
    history: ['connector.removed', 'connection.severed'],
    params: connectorParams,
    status: 204,
  }),
  listInstallers: endpoint({
    method: 'GET',
    path: '/firms/:firmId/connectors/installers',
    tag,
    summary: 'Installers of the connector that lie on this server; empty where there are none',
    access: admin,
    history: { none: 'reads' },
    params: firmParams,
    answer: object({ installers: T.Array(installer) }),
  }),
  downloadInstaller: endpoint({
    method: 'GET',
    path: '/firms/:firmId/connectors/installers/:name',
    tag,
    summary: 'One installer',
    access: admin,
    history: { none: 'the same public file for everybody' },
    params: object({ firmId: id, name: T.String({ pattern: '^[A-Za-z0-9._-]{1,120}$' }) }),
    gives: 'file',
  }),
};
