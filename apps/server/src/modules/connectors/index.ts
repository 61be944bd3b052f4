export {
  type ConnectorRow,
  errorOf,
  isSilent,
  namesOf,
  stateOf,
} from './connectorAnswer.ts';
export { askForClients } from './heartbeat.ts';
export { identifyConnector, type SignedRequest } from './identifyConnector.ts';
export { connectorHandlers, connectorSchedules } from './jobs.ts';
export { probeKey } from './noteAnswer.ts';
export { cancelOrders, issueOrder, issueOrders } from './orders.ts';
export { clientsReceiver } from './receiveClients.ts';
export { probeReceiver } from './receiveProbe.ts';
export type { OpenOrder, OrderReceiver, Receivers } from './receivers.ts';
export { type ConnectorParts, connectorRoutes } from './routes.ts';
export { CONNECTOR_CHANGED, CONNECTOR_WAKE, type ConnectorNotice, tellMandant } from './tell.ts';
export { type ConfiguredPin, type ReadChain, readTlsPin } from './tlsPin.ts';
export { createWakes } from './wakes.ts';
