import { api, type TlsPin } from '@bruecke/contract';
import { type Route, route } from '../../http/route.ts';
import { askKeyChange } from './askKeyChange.ts';
import { changeKey } from './changeKey.ts';
import { confirmConnector } from './confirmConnector.ts';
import { createFile } from './createFile.ts';
import { endOrder } from './endOrder.ts';
import { downloadInstaller, listInstallers } from './installers.ts';
import { listConnectors } from './listConnectors.ts';
import { newNonce } from './nonces.ts';
import { offerUpdate } from './offerUpdate.ts';
import { pair } from './pair.ts';
import { poll } from './poll.ts';
import { probeConnector } from './probeConnector.ts';
import type { Receivers } from './receivers.ts';
import { removeConnector } from './removeConnector.ts';
import { revokeConnector } from './revokeConnector.ts';
import { takePart } from './takePart.ts';
import type { Wakes } from './wakes.ts';
import { withdrawFile } from './withdrawFile.ts';

/** What the connectors' side of a process is made of. */
export type ConnectorParts = {
  receivers: Receivers;
  wakes: Wakes;
  /** What a Verbindungsdatei pins of this instance's TLS. */
  readPin: () => Promise<TlsPin>;
  installersFolder: string;
};

const { connectors, connectorLink } = api;

export function connectorRoutes(parts: ConnectorParts): Route[] {
  return [
    route(connectors.list, ({ ctx, params }) => listConnectors(ctx, params)),
    route(connectors.createFile, ({ ctx, params }) => createFile(ctx, parts.readPin, params)),
    route(connectors.withdrawFile, ({ ctx, params }) => withdrawFile(ctx, params)),
    route(connectors.confirm, ({ ctx, params, body }) => confirmConnector(ctx, { ...params, ...body })),
    route(connectors.probe, ({ ctx, params }) => probeConnector(ctx, params)),
    route(connectors.askKeyChange, ({ ctx, params }) => askKeyChange(ctx, params)),
    route(connectors.revoke, ({ ctx, params }) => revokeConnector(ctx, params)),
    route(connectors.remove, ({ ctx, params }) => removeConnector(ctx, params)),
    route(connectors.listInstallers, ({ ctx, params }) => listInstallers(ctx, parts.installersFolder, params)),
    route(connectors.downloadInstaller, ({ ctx, params }) => downloadInstaller(ctx, parts.installersFolder, params)),
    ...linkRoutes(parts),
  ];
}

/** The wire between hub and connector. */
function linkRoutes(parts: ConnectorParts): Route[] {
  return [
    route(connectorLink.pair, async ({ ctx, body, edge }) => {
      const paired = await pair(ctx, { ...body, ip: edge.ip });
      edge.giveNonce(newNonce(ctx, paired.answer.connectorId));
      return paired;
    }),
    route(connectorLink.nonce, async ({ ctx, body, edge }) => {
      edge.giveNonce(newNonce(ctx, body.connectorId));
      return undefined;
    }),
    route(connectorLink.poll, ({ ctx, body, edge }) => poll(ctx, parts, body, edge.gone)),
    route(connectorLink.changeKey, ({ ctx, body }) => changeKey(ctx, body)),
    route(connectorLink.update, ({ body }) => offerUpdate(parts.installersFolder, body)),
    route(connectorLink.part, async ({ ctx, params, query, edge }) => {
      const { rows, calls } = query;
      const last = rows === undefined || calls === undefined ? null : { rows, calls };
      await takePart(ctx, parts.receivers, { ...params, attempt: query.attempt, body: edge.signedBody, last });
      return undefined;
    }),
    route(connectorLink.end, async ({ ctx, params, query, body }) => {
      await endOrder(ctx, parts.receivers, { ...params, ...query, end: body });
      return undefined;
    }),
  ];
}
