import type { Agent } from 'node:http';
import type { TlsPin } from '@bruecke/contract';
import type { World } from '../world.ts';
import { isLoopback } from './connectionFile.ts';
import { createHubAgent } from './hubAgent.ts';
import { createSender, type SendToHub } from './hubRequest.ts';

/**
 * The way to a hub: TLS as its Verbindungsdatei has it, through the proxy of the settings, else of the environment. A hub on this machine
 * needs none.
 *
 * @param proxy from the settings: an address, `none`, or undefined
 */
export function openHub(
  world: Pick<World, 'proxyFromEnvironment'>,
  hub: { server: string; tls: TlsPin },
  proxy: string | undefined,
): { send: SendToHub; close: () => void } {
  const agent: Agent = createHubAgent(hub.server, hub.tls, proxyFor(world, hub.server, proxy));
  return { send: createSender(hub.server, agent), close: () => agent.destroy() };
}

function proxyFor(world: Pick<World, 'proxyFromEnvironment'>, server: string, proxy: string | undefined) {
  if (isLoopback(new URL(server).hostname) || proxy === 'none') return null;
  const found = proxy ?? world.proxyFromEnvironment(server);
  return found === '' ? null : found;
}
