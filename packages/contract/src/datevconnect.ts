import { connectorOrderKinds, figuresActors, figuresSteps } from '@bruecke/model';
import { Type as T } from '@sinclair/typebox';
import { datevGuid } from './connectorRows.ts';
import { connectorError, probeFinding } from './connectors.ts';
import { endpoint } from './endpoint.ts';
import { connectionState, id, mandantParams, nullable, object, oneOf, time } from './parts.ts';

const tag = 'DATEVconnect';
const read = { who: 'mandant', right: 'read' } as const;
const manage = { who: 'mandant', right: 'connections' } as const;
const requestParams = object({ mandantId: id, requestId: id });

/** A client at DATEV that waits for the second of two named confirmations, because its numbers are not the Mandant's. */
export const bindingRequest = object({
  id,
  companyName: T.String(),
  consultantNumber: T.Integer(),
  mandantNumber: T.Integer(),
  askedBy: nullable(T.String()),
  askedAt: time,
  /** The person asking may give the second confirmation: another Kanzlei-Admin than the first. */
  mayConfirm: T.Boolean(),
});

/** The card DATEVconnect of the page Verbindungen: state, set-up steps, machine, work under way. */
export const datevconnectCard = object({
  /** Of the present binding, else of the last that was severed; null before the first. */
  connectionId: nullable(id),
  state: connectionState,
  since: nullable(time),
  by: nullable(T.String()),
  /** Code: `connectorSilent`, `connectorRevoked` or one of the probe's. */
  reason: nullable(T.String()),
  hidden: T.Array(connectionState),
  switchedOn: T.Boolean(),
  /** Set-up, in order; each ticks itself when it is done. */
  steps: object({
    /** A connector of the firm has paired. */
    paired: T.Boolean(),
    /** A Kanzlei-Admin compared the fingerprint. */
    confirmed: T.Boolean(),
    /** DATEVconnect answered the connector. Told to the firm’s people; to the Mandant’s own once a client is bound. */
    reached: T.Boolean(),
    /** At least one client is released on the machine. */
    released: T.Boolean(),
    /** A client is bound to this Mandant. */
    bound: T.Boolean(),
    /** The first real call for this Mandant succeeded. */
    working: T.Boolean(),
  }),
  /** Machine behind the binding; without one the firm's newest, for the firm's people alone. */
  connector: nullable(
    object({
      id,
      machine: T.String(),
      os: T.String(),
      version: T.String(),
      fingerprint: T.String(),
      state: oneOf(['unconfirmed', 'confirmed', 'revoked']),
      lastSeenAt: nullable(time),
      silent: T.Boolean(),
      lastError: nullable(connectorError),
    }),
  ),
  client: nullable(
    object({
      companyName: T.String(),
      consultantNumber: T.Integer(),
      mandantNumber: T.Integer(),
      /** Names of the two who confirmed numbers that differ; empty where they are equal. */
      numbersConfirmedBy: T.Array(T.String()),
    }),
  ),
  request: nullable(bindingRequest),
  findings: T.Array(probeFinding),
  checkedAt: nullable(time),
  lastSuccessAt: nullable(time),
  /** A probe of this Mandant is under way. */
  testing: T.Boolean(),
  /** Orders of this Mandant that are not done: the live view of a sync. */
  work: object({
    open: T.Integer(),
    current: T.Array(
      object({
        kind: oneOf(connectorOrderKinds),
        fiscalYearId: nullable(T.String()),
        from: nullable(T.String()),
        to: nullable(T.String()),
        rows: T.Integer(),
        expectedRows: nullable(T.Integer()),
      }),
    ),
  }),
  nextStep: oneOf(figuresSteps),
  whoCanAct: oneOf(figuresActors),
  /** Right `connections`: switch, test, remove. */
  mayManage: T.Boolean(),
  /** Right `connections` on the firm's side: choose a client. */
  mayBind: T.Boolean(),
  /** Kanzlei-Admin: Verbindungsdatei, installers, page Konnektoren. */
  mayInstall: T.Boolean(),
  /** For links to the page Konnektoren; null for the Mandant's own people. */
  firmId: nullable(id),
});

export const bindableClient = object({
  connectorId: id,
  clientGuid: datevGuid,
  number: T.String(),
  name: T.String(),
  consultantNumber: nullable(T.Integer()),
  mandantNumber: nullable(T.Integer()),
  /** Both numbers of its newest fiscal year are this Mandant's. */
  fits: T.Boolean(),
  readAt: time,
});

export const datevconnect = {
  card: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/datevconnect',
    tag,
    summary: 'Everything the card DATEVconnect shows',
    access: read,
    history: { none: 'reads' },
    params: mandantParams,
    answer: datevconnectCard,
  }),
  listClients: endpoint({
    method: 'GET',
    path: '/mandanten/:mandantId/datevconnect/clients',
    tag,
    summary:
      'Clients at DATEV that may be bound to this Mandant: the one with its numbers, for Kanzlei-Admins all that are free',
    access: manage,
    history: { none: 'reads' },
    params: mandantParams,
    answer: object({ clients: T.Array(bindableClient), readAt: nullable(time), reading: T.Boolean() }),
    errors: ['no_engagement'],
  }),
  readClients: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/datevconnect/clients/read',
    tag,
    summary: 'Ask the connector for its released clients again; they come with a live event',
    access: manage,
    history: { none: 'asks, changes nothing' },
    params: mandantParams,
    status: 202,
    answer: object({ reading: T.Boolean() }),
    errors: ['no_engagement', 'connector_missing'],
  }),
  /** On the firm's side only: a Mandanten-Admin does not choose from the firm's clients (`right_missing`). */
  bind: endpoint({
    method: 'PUT',
    path: '/mandanten/:mandantId/datevconnect/binding',
    tag,
    summary: 'Bind a released client; with other numbers this is the first of two confirmations by Kanzlei-Admins',
    access: manage,
    history: ['connection.created', 'connection.severed', 'connection.bindingAsked'],
    params: mandantParams,
    body: object({ connectorId: id, clientGuid: datevGuid, numbersConfirmed: T.Optional(T.Boolean()) }),
    answer: datevconnectCard,
    errors: ['no_engagement', 'client_not_released', 'client_bound_elsewhere', 'client_numbers_differ', 'conflict'],
  }),
  confirmBinding: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/datevconnect/binding-requests/:requestId/confirm',
    tag,
    summary: 'Second confirmation, by another Kanzlei-Admin: binds a client with other numbers',
    access: manage,
    fresh: true,
    history: ['connection.created', 'connection.severed'],
    params: requestParams,
    answer: datevconnectCard,
    errors: ['second_admin_needed', 'client_not_released', 'client_bound_elsewhere'],
  }),
  withdrawBinding: endpoint({
    method: 'DELETE',
    path: '/mandanten/:mandantId/datevconnect/binding-requests/:requestId',
    tag,
    summary: 'Take back a binding that waits for its second confirmation',
    access: manage,
    history: ['connection.bindingWithdrawn'],
    params: requestParams,
    answer: datevconnectCard,
  }),
  switch: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/datevconnect/switch',
    tag,
    summary: 'Switch figures on or off; off keeps the last state, and ends the orders at once',
    access: manage,
    history: ['connection.switchedOn', 'connection.switchedOff'],
    params: mandantParams,
    body: object({ on: T.Boolean() }),
    answer: datevconnectCard,
    errors: ['no_connection'],
  }),
  test: endpoint({
    method: 'POST',
    path: '/mandanten/:mandantId/datevconnect/test',
    tag,
    summary: 'Testen: the connector probes DATEVconnect for this Mandant; the findings come with a live event',
    access: manage,
    history: ['connection.tested'],
    params: mandantParams,
    answer: datevconnectCard,
    errors: ['no_connection', 'connector_missing'],
  }),
  remove: endpoint({
    method: 'DELETE',
    path: '/mandanten/:mandantId/datevconnect/binding',
    tag,
    summary: 'Remove the binding; figures already delivered stay with the Mandant',
    access: manage,
    fresh: true,
    history: ['connection.severed'],
    params: mandantParams,
    answer: datevconnectCard,
    errors: ['no_connection'],
  }),
};
