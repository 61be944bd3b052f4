import { problemOf } from '@bruecke/channels/figures-from-datevconnect/channel';
import { echo, lookAtCertificate } from '@bruecke/datevconnect';
import type { DatevOptions } from '../args.ts';
import { openWith } from '../datev/openDatev.ts';
import { isLoopback } from '../link/connectionFile.ts';
import { openSecrets } from '../store/secrets.ts';
import { type DatevSettings, readSettings, writeSettings } from '../store/settings.ts';
import type { World } from '../world.ts';
import { printable, tellFinding } from './findings.ts';
import type { ExitCode, Terminal } from './terminal.ts';

/** Where DATEVconnect usually is, seen from its own machine. */
const usualUrl = 'https://localhost:58452';

/**
 * Sets up DATEVconnect: address, Windows user, password, and for https the key of its certificate, which is shown before it is pinned. Tries
 * it once and says what came out; what was entered is kept in either case, as DATEV may just be closed.
 */
export async function setUpDatev(world: World, terminal: Terminal, options: DatevOptions): Promise<ExitCode> {
  const settings = await readSettings(world.folders);
  const secrets = openSecrets(world.folders, world.protection);
  const before = settings.datev;

  const url = await given(terminal, options.url, before?.origin ?? usualUrl, 'Adresse von DATEVconnect');
  const origin = url === null ? null : originOf(url);
  if (origin === null) {
    terminal.err(`Keine brauchbare Adresse. Möglich sind https://<Server>:58452 und http://localhost:58454.`);
    return 2;
  }
  const user = await given(terminal, options.user, before?.user ?? null, 'Windows-Benutzer (DOMÄNE\\Benutzer)');
  const password = await passwordFrom(
    terminal,
    options,
    (await secrets.read('datevPassword'))?.toString('utf8') ?? null,
  );
  if (user === null || password === null) {
    terminal.err(
      'Es fehlen Benutzer oder Kennwort: --datev-user und --datev-password-file oder --datev-password-stdin.',
    );
    return 2;
  }

  const pin = await pinFor(terminal, origin, before);
  if (pin === 'refused') return 1;
  const datev: DatevSettings = { origin, auth: origin.startsWith('https:') ? 'basic' : 'ntlm', user, pin };
  await secrets.write('datevPassword', Buffer.from(password, 'utf8'));
  await writeSettings(world.folders, { ...settings, datev });
  return tryOut(world, terminal, datev, password);
}

async function given(terminal: Terminal, option: string | null, usual: string | null, question: string) {
  if (option !== null) return option;
  if (terminal.ask === null) return usual;
  const answer = (await terminal.ask(`${question}${usual === null ? '' : ` [${usual}]`}: `)).trim();
  return answer === '' ? usual : answer;
}

/** Scheme, host and port; null for anything that would show password or data to the network. */
function originOf(text: string): string | null {
  if (!URL.canParse(text)) return null;
  const { protocol, hostname, origin } = new URL(text);
  if (protocol === 'https:') return origin;
  return protocol === 'http:' && isLoopback(hostname) ? origin : null;
}

async function passwordFrom(terminal: Terminal, options: DatevOptions, kept: string | null): Promise<string | null> {
  const firstLine = (text: string) => text.split(/\r?\n/)[0] ?? '';
  if (options.passwordFile !== null) return firstLine(await terminal.readFile(options.passwordFile));
  if (options.passwordStdin) return firstLine(await terminal.readStdin());
  if (terminal.askSecret === null) return kept;
  const typed = await terminal.askSecret(`Kennwort${kept === null ? '' : ' [unverändert]'}: `);
  return typed === '' ? kept : typed;
}

/** The pin of the key that the server shows now; null for http. */
async function pinFor(
  terminal: Terminal,
  origin: string,
  before: DatevSettings | undefined,
): Promise<string | null | 'refused'> {
  if (!origin.startsWith('https:')) return null;
  try {
    const seen = await lookAtCertificate(origin);
    terminal.out(`Zertifikat von ${origin}: ${printable(seen.subject)}, gültig bis ${seen.validTo}`);
    terminal.out(`  Schlüssel (SHA-256): ${seen.pin}`);
    if (before?.origin === origin && before.pin !== null && before.pin !== seen.pin) {
      terminal.out('  Das ist ein anderer Schlüssel als bisher.');
    }
    if (terminal.ask !== null) {
      const answer = await terminal.ask('Diesem Schlüssel ab jetzt vertrauen? [j/N] ');
      if (!/^j/i.test(answer.trim())) return 'refused';
    }
    return seen.pin;
  } catch (error) {
    terminal.err(
      `Unter ${origin} zeigt niemand ein Zertifikat: ${error instanceof Error ? error.message : 'unbekannt'}`,
    );
    return 'refused';
  }
}

async function tryOut(world: World, terminal: Terminal, datev: DatevSettings, password: string): Promise<ExitCode> {
  const opened = openWith(world, datev, password);
  const answer = await echo(opened.session(AbortSignal.timeout(60_000)));
  opened.close();
  if (answer.ok) {
    terminal.out('✓ DATEVconnect antwortet.');
    return 0;
  }
  const { code, detail } = problemOf('echo', answer.failure);
  tellFinding(terminal, code, detail);
  return 1;
}
