export { bindingFacts, unboundFacts } from './bindingFacts.ts';
export { checkConnection, germanDay, isFresh, noteTokenFailure } from './checkConnection.ts';
export {
  type Connected,
  type ConnectionRow,
  connectionFacts,
  type GrantRow,
  readConnection,
  readConnections,
  readGrant,
  viewOf,
} from './facts.ts';
export {
  type FiguresConnection,
  type FiguresRow,
  figuresConnection,
  readFiguresRow,
  type ShownFiguresRow,
  shownFigures,
} from './figuresFacts.ts';
export { hangsOnFirm } from './hangsOnFirm.ts';
export { enqueueProbe, holdFrom, noteFailure, noteFinding, noteSuccess, resumeForwarding } from './health.ts';
export { type ListedConnectionRow, listedConnection } from './listedConnection.ts';
export { severConnections } from './severConnections.ts';
export { stateEdges } from './stateEdges.ts';
