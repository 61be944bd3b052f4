export { checkConnection, germanDay, isFresh, spoilAccessToken } from './checkConnection.ts';
export { type ConnectionRow, connectionFacts, type GrantRow, readConnection, readGrant, viewOf } from './facts.ts';
export { noteFailure, noteFinding, noteSuccess, resumeForwarding } from './health.ts';
export { severConnections } from './severConnections.ts';
