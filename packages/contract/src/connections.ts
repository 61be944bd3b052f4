import { Type as T } from '@sinclair/typebox';
import { endpoint } from './endpoint.ts';
import { connectionState, id, mandantParams, nullable, object, oneOf, time, words } from './parts.ts';

const tag = 'Verbindungen';
const read = { who: 'mandant', right: 'read' } as const;
const manage = { who: 'mandant', right: 'connections' } as const;
const connectionParams = object({ mandantId: id, connectionId: id });
const flowParams = object({ mandantId: id, flowId: id });

/** One thing the doctor found. The sentences per code stand in the interface's catalogue and the help pages. */
export const finding = object({
  code: oneOf([
    'reachable',
    'datasetMissing',
    'numbersDiffer',
    'belegeNotAvailable',
    'rightMissing',
    'serviceMissing',
    'documentTypesMissing',
    'fiscalYearMissing',
    'belegfreigabe',
    'datevUnavailable',
    'signInLost',
    'appNotAllowed',
    'accountBasicsInconsistent',
  ]),
  severity: oneOf(['ok', 'warning', 'blocking']),
  /** Help address from DATEV's own answer, where it gave one (requirement G-31). */
  helpUrl: nullable(T.String()),
  detail: nullable(T.String()),
});
export const documentType = object({ name: T.String(), category: T.String(), debitCredit: nullable(T.String()) });
export const dataset = object({
  consultantNumber: T.Integer(),
  mandantNumber: T.Integer(),
  companyName: T.String(),
  documentTypes: T.Array(documentType),
  allowedExtensions: T.Array(T.String()),
  belegeOnline: nullable(T.Boolean()),
  readAt: nullable(time),
});
export const connection = object({
  id,
  channel: oneOf(['belegbilderservice']),
  state: connectionState,
  since: nullable(time),
  by: nullable(T.String()),
  reason: nullable(T.String()),
  hidden: T.Array(connectionState),
  switchedOn: T.Boolean(),
  authorisation: nullable(
    object({
      /** Full name as DATEV's userinfo gives it (requirement G-05). */
      personName: T.String(),
      medium: nullable(T.String()),
      consentedAt: time,
      validUntil: time,
      valid: T.Boolean(),
      /** Person of Brücke who signed in. */
      by: nullable(T.String()),
    }),
  ),
  dataset,
  findings: T.Array(finding),
  checkedAt: nullable(time),
  lastSuccessAt: nullable(time),
  waiting: T.Integer(),
  questions: T.Integer(),
  errors: T.Integer(),
  delivered: T.Integer(),
  nextStep: oneOf(['none', 'connect', 'renew', 'reauth', 'switchOn', 'fixFindings', 'wait', 'chooseDatasetAnew']),
  whoCanAct: oneOf(['you', 'firmAdmin', 'mandantAdmin', 'eitherAdmin', 'operator', 'nobody']),
});

export const connections = {
  page: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/connections',
    tag,
    summary: 'Everything the page Verbindungen shows',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    answer: object({
      mandantName: T.String(),
      consultantNumber: nullable(T.Integer()),
      mandantNumber: nullable(T.Integer()),
      mayManage: T.Boolean(),
      datevConfigured: T.Boolean(),
      datevEnvironment: nullable(T.String()),
      /** DATEV's page "Verbundene Anwendungen" (requirement G-06). */
      connectedAppsUrl: nullable(T.String()),
      connections: T.Array(connection),
      /** Vouchers that have no target yet and could be forwarded. */
      withoutTarget: T.Integer(),
    }),
  }),
  /** Step 1: sign in at DATEV with a session token, to list and check. */
  startSignIn: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/datev-sign-in',
    tag,
    summary: 'Mit DATEV verbinden: begin the sign-in at DATEV',
    access: manage,
    history: { none: 'nothing is granted yet' },
    params: mandantParams,
    body: object({ connectionId: T.Optional(id) }),
    answer: object({ flowId: id, url: T.String() }),
    errors: ['datev_not_configured', 'datev_unavailable'],
  }),
  /** Where DATEV sends the browser back to, for both sign-ins; leads on to the page that asked. */
  callback: endpoint({
    method: 'GET',
    path: '/datev/callback',
    tag,
    summary: 'Return address of the sign-in at DATEV',
    access: { who: 'signedIn' },
    history: ['connection.authorised', 'connection.authorisationLost'],
    gives: 'redirect',
    status: 302,
    query: T.Object({
      state: T.Optional(T.String({ maxLength: 400 })),
      code: T.Optional(T.String({ maxLength: 2000 })),
      error: T.Optional(T.String({ maxLength: 200 })),
      error_description: T.Optional(T.String({ maxLength: 1000 })),
      iss: T.Optional(T.String({ maxLength: 300 })),
      session_state: T.Optional(T.String({ maxLength: 300 })),
    }),
  }),
  getSignIn: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/datev-sign-in/:flowId',
    tag,
    summary: 'State of a sign-in at DATEV and the datasets it reaches',
    access: manage,
    history: { none: 'reads' },
    params: flowParams,
    query: object({ text: T.Optional(words(100)) }),
    answer: object({
      state: oneOf(['started', 'choosing', 'consenting', 'done', 'failed']),
      connectionId: nullable(id),
      personName: nullable(T.String()),
      datasets: T.Array(
        object({
          key: T.String({ description: 'Opaque; never the technical client id' }),
          companyName: T.String(),
          consultantNumber: T.Integer(),
          mandantNumber: T.Integer(),
          fits: T.Boolean(),
        }),
      ),
      datasetsTotal: T.Integer(),
      failure: nullable(object({ code: T.String(), helpUrl: nullable(T.String()) })),
    }),
  }),
  /** Step 2: verify this one dataset, revoke the session token, answer the address for the long-term consent. */
  chooseDataset: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/datev-sign-in/:flowId/dataset',
    tag,
    summary: 'Choose and verify the dataset; answers the address for the long-term consent',
    access: manage,
    history: ['connection.created'],
    params: flowParams,
    body: object({ key: T.String({ maxLength: 200 }), numbersConfirmed: T.Optional(T.Boolean()) }),
    answer: object({ url: T.String() }),
    errors: [
      'datev_dataset_not_reachable',
      'datev_numbers_differ',
      'datev_unavailable',
      'datev_sign_in_failed',
      'connection_severed',
    ],
  }),
  abandonSignIn: endpoint({
    method: 'DELETE',
    path: '/mandanten/:mandantId/datev-sign-in/:flowId',
    tag,
    summary: 'Give up a sign-in at DATEV; its session token is revoked',
    access: manage,
    history: { none: 'nothing was granted' },
    params: flowParams,
    status: 204,
  }),
  switch: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/connections/:connectionId/switch',
    tag,
    summary: 'Switch forwarding on or off',
    access: manage,
    history: ['connection.switchedOn', 'connection.switchedOff'],
    params: connectionParams,
    body: object({ on: T.Boolean() }),
    answer: connection,
    errors: ['connection_severed'],
  }),
  test: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/connections/:connectionId/test',
    tag,
    summary: 'Testen: a real call for this Mandant, and what the doctor finds',
    access: manage,
    history: ['connection.tested'],
    params: connectionParams,
    answer: connection,
    errors: ['connection_severed'],
  }),
  /** Renew: a new consent for the same dataset. The old token is revoked in the callback before the new code is redeemed. */
  renew: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/connections/:connectionId/renew',
    tag,
    summary: 'Erneuern: begin a new consent for the same dataset',
    access: manage,
    history: { none: 'the consent itself is recorded in the callback' },
    params: connectionParams,
    answer: object({ url: T.String() }),
    errors: ['connection_severed', 'datev_not_configured', 'datev_unavailable'],
  }),
  endAuthorisation: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/connections/:connectionId/end-authorisation',
    tag,
    summary: 'DATEV-Freigabe beenden: tokens revoked at DATEV and deleted here',
    access: manage,
    fresh: true,
    history: ['connection.authorisationEnded'],
    params: connectionParams,
    answer: connection,
  }),
};
