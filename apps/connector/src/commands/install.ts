import type { Command } from '../args.ts';
import { readConnectionFile } from '../link/connectionFile.ts';
import { openHub } from '../link/openHub.ts';
import { pair } from '../link/pair.ts';
import { StoreError } from '../store/files.ts';
import { type Pairing, readPairing } from '../store/pairing.ts';
import { readReleased, withdrawClient } from '../store/released.ts';
import { readSettings } from '../store/settings.ts';
import type { World } from '../world.ts';
import { printable, tellFinding } from './findings.ts';
import { setUpDatev } from './setUpDatev.ts';
import type { ExitCode, Terminal } from './terminal.ts';

const fileProblems = {
  notAConnectionFile: 'Das ist keine Verbindungsdatei.',
  signatureWrong:
    'Die Verbindungsdatei wurde verändert: Ihre Unterschrift stimmt nicht. In Brücke eine neue herunterladen.',
  expired: 'Die Verbindungsdatei ist abgelaufen (sie gilt 24 Stunden). In Brücke eine neue herunterladen.',
  addressRefused: 'Die Verbindungsdatei nennt eine Adresse, zu der keine sichere Verbindung möglich ist.',
} as const;

const refusals: Readonly<Record<string, string>> = {
  pairing_code_unknown: 'Brücke kennt diese Verbindungsdatei nicht.',
  pairing_code_used: 'Diese Verbindungsdatei wurde schon benutzt; sie gilt nur einmal.',
  pairing_code_expired: 'Diese Verbindungsdatei ist abgelaufen.',
  pairing_code_withdrawn: 'Diese Verbindungsdatei wurde zurückgezogen.',
  too_many_requests: 'Zu viele Versuche aus diesem Netz. Später noch einmal.',
};

/** Pairs this machine by a Verbindungsdatei, and sets up DATEVconnect when a person is there or the options say how. */
export async function install(
  world: World,
  terminal: Terminal,
  command: Extract<Command, { name: 'install' }>,
): Promise<ExitCode> {
  const read = readConnectionFile(await terminal.readFile(command.file), world.now());
  if (!read.ok) {
    terminal.err(fileProblems[read.code]);
    return 1;
  }
  const { file, instanceFingerprint } = read;
  terminal.out(`Verbindungsdatei für ${printable(file.firmName)}`);
  terminal.out(`  Server:                     ${file.server}`);
  terminal.out(`  Fingerabdruck des Servers:  ${instanceFingerprint}`);
  if (!(await isTrusted(terminal, instanceFingerprint, command.fingerprint))) {
    terminal.err('Nicht gekoppelt: Der Fingerabdruck des Servers ist ein anderer.');
    return 1;
  }

  const before = await pairingBefore(world);
  const { proxy } = await readSettings(world.folders);
  const hub = openHub(world, file, proxy);
  const paired = await pair(world, file, hub.send);
  hub.close();
  if (!paired.ok) {
    const known = refusals[paired.code];
    if (known === undefined) tellFinding(terminal, paired.code, paired.detail);
    else terminal.err(`${known} In Brücke eine neue herunterladen.`);
    return 1;
  }
  await forgetReleasesOf(world, terminal, before, paired.pairing);
  terminal.out('✓ Gekoppelt.');
  terminal.out(`  Fingerabdruck dieses Konnektors:  ${paired.pairing.fingerprint}`);
  terminal.out('  Nun bestätigt ihn ein Kanzlei-Admin in Brücke: Optionen, Kanzlei, Konnektoren.');

  const { datev } = command;
  const wanted = datev.url !== null || datev.user !== null || terminal.ask !== null;
  if (wanted) return setUpDatev(world, terminal, datev);
  if ((await readSettings(world.folders)).datev === undefined) {
    terminal.out('  Danach auf diesem Rechner „bruecke-connector datev“ ausführen.');
  }
  return 0;
}

/** A given fingerprint decides; else the person does; else (a script) it is shown only. */
async function isTrusted(terminal: Terminal, fingerprint: string, expected: string | null): Promise<boolean> {
  const bare = (text: string) => text.replace(/[^A-Za-z2-7]/g, '').toUpperCase();
  if (expected !== null) return bare(expected) === bare(fingerprint);
  if (terminal.ask === null) return true;
  const answer = await terminal.ask('Zeigt Brücke denselben Fingerabdruck des Servers? [j/N] ');
  return /^j/i.test(answer.trim());
}

async function pairingBefore(world: World): Promise<Pairing | null> {
  try {
    return await readPairing(world.folders);
  } catch (error) {
    if (error instanceof StoreError) return null;
    throw error;
  }
}

/** What was released for one hub is not released for another. */
async function forgetReleasesOf(world: World, terminal: Terminal, before: Pairing | null, now: Pairing): Promise<void> {
  if (before === null || (before.instanceKey === now.instanceKey && before.firmName === now.firmName)) return;
  const released = await readReleased(world.folders);
  for (const { guid } of released) await withdrawClient(world.folders, guid);
  if (released.length > 0)
    terminal.out(`  ${released.length} Freigaben von Mandanten galten der früheren Kopplung und sind zurückgenommen.`);
}
