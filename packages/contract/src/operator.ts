import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { historyKind, historyPage } from './history.ts';
import { consultantNumber, cursor, email, id, line, nullable, object, oneOf, orgName, time } from './parts.ts';

const tag = 'Betreiber';
const operatorOnly = { who: 'operator' } as const;

/** The app that this operator registered at DATEV. The secret is written, never read. */
export const datevSettings = object({
  environment: oneOf(['production', 'sandbox', 'other']),
  issuer: T.String({ format: 'uri', maxLength: 300 }),
  accountingClientsUrl: T.String({ format: 'uri', maxLength: 300 }),
  accountingDocumentsUrl: T.String({ format: 'uri', maxLength: 300 }),
  connectedAppsUrl: T.String({ format: 'uri', maxLength: 300 }),
  clientId: line(60),
  redirectUri: T.String({ format: 'uri', maxLength: 300 }),
});

export const operator = {
  status: endpoint({
    method: 'GET',
    path: '/operator/status',
    tag,
    summary: 'State of this instance',
    access: operatorOnly,
    history: { none: 'reads' },
    answer: object({
      version: T.String(),
      database: T.String(),
      embedded: T.Boolean(),
      startedAt: time,
      firms: T.Integer(),
      mandanten: T.Integer(),
      vouchers: T.Integer(),
      queue: object({ ready: T.Integer(), running: T.Integer(), failed: T.Integer() }),
      mailConfigured: T.Boolean(),
      mailsWaiting: T.Integer(),
      receiptKeyFingerprint: T.String(),
      /** Share of 4xx/5xx among DATEV calls of the last 14 days (requirement G-32) and reads per upload (G-34). */
      datev: object({ calls: T.Integer(), failedShare: T.Number(), uploads: T.Integer(), reads: T.Integer() }),
    }),
  }),
  getDatevSettings: endpoint({
    method: 'GET',
    path: '/operator/datev-settings',
    tag,
    summary: 'The DATEV app of this instance',
    access: operatorOnly,
    history: { none: 'reads' },
    answer: object({ settings: nullable(datevSettings), hasSecret: T.Boolean(), suggestedRedirectUri: T.String() }),
  }),
  setDatevSettings: endpoint({
    method: 'PUT',
    path: '/operator/datev-settings',
    tag,
    summary: 'Enter the DATEV app of this instance',
    access: operatorOnly,
    fresh: true,
    history: ['instance.settingsChanged'],
    body: object({ settings: datevSettings, clientSecret: T.Optional(T.String({ minLength: 1, maxLength: 300 })) }),
    status: 204,
    errors: ['invalid_input'],
  }),
  technicalLog: endpoint({
    method: 'GET',
    path: '/operator/technical-log',
    tag,
    summary: 'All calls to DATEV of the last 14 days, newest first (requirement G-30)',
    access: operatorOnly,
    history: { none: 'reads' },
    query: object({ cursor: T.Optional(cursor), failedOnly: T.Optional(T.Boolean()) }),
    answer: object({
      entries: T.Array(
        object({
          id,
          at: time,
          method: T.String(),
          url: T.String(),
          requestHeaders: T.Record(T.String(), T.String()),
          status: nullable(T.Integer()),
          durationMs: T.Integer(),
          globalTransactionId: nullable(T.String()),
          requestId: nullable(T.String()),
          responseBody: nullable(T.String()),
          failure: nullable(T.String()),
        }),
      ),
      next: nullable(cursor),
    }),
  }),
  mails: endpoint({
    method: 'GET',
    path: '/operator/mails',
    tag,
    summary: 'Mails: recipient, kind and state; never bodies or links',
    access: operatorOnly,
    history: { none: 'reads' },
    query: object({ cursor: T.Optional(cursor) }),
    answer: object({
      mails: T.Array(
        object({
          id,
          recipient: T.String(),
          kind: T.String(),
          state: oneOf(['waiting', 'sent', 'failed']),
          createdAt: time,
          sentAt: nullable(time),
          lastError: nullable(T.String()),
        }),
      ),
      next: nullable(cursor),
    }),
  }),
  createFirm: endpoint({
    method: 'POST',
    path: '/operator/firms',
    tag,
    summary: 'Create a firm and invite its first Kanzlei-Admin',
    access: operatorOnly,
    fresh: true,
    history: ['firm.created', 'invitation.revoked', 'staff.invited'],
    body: object({ name: orgName, consultantNumber, adminEmail: email }),
    status: 201,
    answer: object({ firmId: id }),
    errors: ['consultant_number_taken'],
  }),
  firms: endpoint({
    method: 'GET',
    path: '/operator/firms',
    tag,
    summary: 'Firms of this instance',
    access: operatorOnly,
    history: { none: 'reads' },
    answer: object({
      firms: T.Array(
        object({ id, name: T.String(), consultantNumber, createdAt: time, mandanten: T.Integer(), staff: T.Integer() }),
      ),
    }),
  }),
  history: endpoint({
    method: 'GET',
    path: '/operator/history',
    tag,
    summary: 'Protokoll of the instance',
    access: operatorOnly,
    history: { none: 'reads' },
    query: object({ cursor: T.Optional(cursor), kind: T.Optional(historyKind) }),
    answer: historyPage,
  }),
};
