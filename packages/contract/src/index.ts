import { figures } from './accounting.ts';
import { auth } from './auth.ts';
import { connections } from './connections.ts';
import { connectorLink } from './connectorLink.ts';
import { connectors } from './connectors.ts';
import { datevconnect } from './datevconnect.ts';
import type { Endpoint } from './endpoint.ts';
import { engagement } from './engagement.ts';
import { firms } from './firms.ts';
import { instance } from './instance.ts';
import { mandanten } from './mandanten.ts';
import { operator } from './operator.ts';
import { profile } from './profile.ts';
import { vouchers } from './vouchers.ts';

/** Every endpoint of the HTTP API, by noun. */
export const api = {
  auth,
  profile,
  firms,
  mandanten,
  engagement,
  connections,
  connectors,
  connectorLink,
  datevconnect,
  figures,
  vouchers,
  operator,
  instance,
} as const;

/** All endpoints with their names (`noun.verb`, the OpenAPI operation id). */
export function allEndpoints(): { name: string; endpoint: Endpoint }[] {
  return Object.entries(api).flatMap(([noun, verbs]) =>
    Object.entries(verbs).map(([verb, endpoint]) => ({ name: `${noun}.${verb}`, endpoint: endpoint as Endpoint })),
  );
}

export type { FigureBasis } from './accountingShapes.ts';
export * from './connectorLink.ts';
export * from './connectorRows.ts';
export * from './connectorSignature.ts';
export * from './endpoint.ts';
export type { HistoryEntry } from './history.ts';
export { type LiveTopic, liveTopics } from './instance.ts';
export { type Problem, problem } from './parts.ts';
