import type { Live } from '../status/live.ts';
import { pairingTexts, textsOf } from '../status/texts.ts';
import { readJson } from '../store/files.ts';
import { readPairing } from '../store/pairing.ts';
import { readReleased } from '../store/released.ts';
import { readSettings } from '../store/settings.ts';
import type { World } from '../world.ts';
import { printable, tellFinding } from './findings.ts';
import { statusFile } from './run.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Says what the service does, from what it last wrote. 1 when something is to be done. */
export async function showStatus(world: World, terminal: Terminal): Promise<ExitCode> {
  const pairing = await readPairing(world.folders);
  const settings = await readSettings(world.folders);
  const released = await readReleased(world.folders);
  // Written by the service of this version or the one before: what is missing is shown as missing.
  const live = await readJson(statusFile(world), (value) => value as Partial<Live>);
  terminal.out(`Brücke Konnektor ${world.version}, Statusseite http://127.0.0.1:${settings.statusPort}/`);
  if (pairing === null) {
    terminal.out(pairingTexts.unpaired);
    return 1;
  }
  const state = live?.pairing ?? 'unconfirmed';
  terminal.out(`Server:       ${pairing.server} (${printable(pairing.firmName)})`);
  terminal.out(`Kopplung:     ${pairingTexts[state]}`);
  terminal.out(`Fingerabdruck dieses Konnektors: ${pairing.fingerprint}`);
  terminal.out(`Letzte Antwort des Servers: ${live?.hub?.lastAnswerAt ?? 'noch keine'}`);
  terminal.out(
    `DATEVconnect: ${settings.datev?.origin ?? 'nicht eingerichtet'}${live?.datev ? `, ${textsOf(live.datev.code).title} (${live.datev.at})` : ''}`,
  );
  terminal.out(`Freigegeben:  ${released.length} Mandanten`);
  const problems = [
    ...(live?.hub?.error ? [live.hub.error] : []),
    ...(live?.datev && live.datev.code !== 'ok' ? [live.datev] : []),
    ...(settings.datev === undefined ? [{ code: 'notSetUp', detail: null }] : []),
    ...(released.length === 0 ? [{ code: 'noClientReleased', detail: null }] : []),
  ];
  for (const { code, detail } of problems) tellFinding(terminal, code, detail);
  return problems.length === 0 && state === 'confirmed' ? 0 : 1;
}
