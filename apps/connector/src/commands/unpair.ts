import { readPairing, removePairing } from '../store/pairing.ts';
import { openSecrets } from '../store/secrets.ts';
import type { World } from '../world.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Ends the pairing on this machine: the key pair is gone, the service stops working at once. The hub shows it as silent until it is removed there. */
export async function unpair(world: World, terminal: Terminal): Promise<ExitCode> {
  const pairing = await readPairing(world.folders).catch(() => null);
  const secrets = openSecrets(world.folders, world.protection);
  await removePairing(world.folders);
  await secrets.remove('connectorKey');
  await secrets.remove('nextConnectorKey');
  if (pairing === null) terminal.out('War nicht gekoppelt.');
  else
    terminal.out(
      `✓ Kopplung mit ${pairing.server} gelöst. In Brücke den Konnektor noch entfernen (Optionen, Kanzlei, Konnektoren).`,
    );
  return 0;
}
