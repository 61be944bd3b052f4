/** What was asked for. */
export type Command =
  | { name: 'help' }
  | { name: 'version' }
  | { name: 'run' }
  | { name: 'status' }
  | { name: 'doctor' }
  | { name: 'clients' }
  | { name: 'release'; guids: string[] }
  | { name: 'withdraw'; guids: string[] }
  | { name: 'unpair' }
  | { name: 'datev'; datev: DatevOptions }
  | { name: 'install'; file: string; fingerprint: string | null; datev: DatevOptions };

/** How DATEVconnect is reached. The password comes from the keyboard, a file or stdin, never from the arguments: everybody can see those. */
export type DatevOptions = {
  url: string | null;
  user: string | null;
  passwordFile: string | null;
  passwordStdin: boolean;
};

export type ParsedArgs = { ok: true; command: Command } | { ok: false; problem: string };

const options = ['--file', '--fingerprint', '--datev-url', '--datev-user', '--datev-password-file'] as const;
type Option = (typeof options)[number];

/** Reads the arguments after the program's name. */
export function parseArgs(args: readonly string[]): ParsedArgs {
  const [name, ...rest] = args;
  if (name === undefined || name === 'help' || args.includes('--help') || args.includes('-h')) {
    return { ok: true, command: { name: 'help' } };
  }
  if (name === '--version' || name === 'version') return { ok: true, command: { name: 'version' } };
  const read = readRest(rest);
  if (typeof read === 'string') return { ok: false, problem: read };
  return commandOf(name, read);
}

type Rest = { plain: string[]; given: Map<Option, string>; passwordStdin: boolean };

function readRest(rest: readonly string[]): Rest | string {
  const read: Rest = { plain: [], given: new Map(), passwordStdin: false };
  for (let i = 0; i < rest.length; i++) {
    const arg = rest[i] ?? '';
    const [head = '', ...tail] = arg.split('=');
    const option = options.find((known) => known === head);
    if (arg === '--datev-password-stdin') read.passwordStdin = true;
    else if (head === '--datev-password')
      return 'Das Kennwort nicht als Argument: Jeder auf diesem Rechner könnte es lesen.';
    else if (option !== undefined) {
      const value = tail.length > 0 ? tail.join('=') : rest[++i];
      if (value === undefined || value === '') return `${option} braucht einen Wert.`;
      read.given.set(option, value);
    } else if (arg.startsWith('-')) return `Unbekannte Option: ${arg}`;
    else read.plain.push(arg);
  }
  return read;
}

const bare = ['run', 'status', 'doctor', 'clients', 'unpair'] as const;

function commandOf(name: string, { plain, given, passwordStdin }: Rest): ParsedArgs {
  const datev: DatevOptions = {
    url: given.get('--datev-url') ?? null,
    user: given.get('--datev-user') ?? null,
    passwordFile: given.get('--datev-password-file') ?? null,
    passwordStdin,
  };
  const simple = bare.find((known) => known === name);
  if (simple !== undefined) {
    if (plain.length > 0 || given.size > 0) return { ok: false, problem: `${name} nimmt nichts weiter an.` };
    return { ok: true, command: { name: simple } };
  }
  if (name === 'release' || name === 'withdraw') {
    const wrong = plain.find((guid) => !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(guid));
    if (wrong !== undefined)
      return { ok: false, problem: `Keine GUID: ${wrong}. „bruecke-connector clients“ zeigt sie.` };
    if (plain.length === 0)
      return { ok: false, problem: 'Welcher Mandant? „bruecke-connector clients“ zeigt die GUIDs.' };
    return { ok: true, command: { name, guids: plain.map((guid) => guid.toLowerCase()) } };
  }
  if (plain.length > 0) return { ok: false, problem: `Unbekanntes Argument: ${plain[0]}` };
  if (name === 'datev') return { ok: true, command: { name, datev } };
  if (name === 'install') {
    const file = given.get('--file');
    if (file === undefined) return { ok: false, problem: 'install braucht --file <Verbindungsdatei>.' };
    return { ok: true, command: { name, file, fingerprint: given.get('--fingerprint') ?? null, datev } };
  }
  return { ok: false, problem: `Unbekannter Befehl: ${name}` };
}

export const usage = `bruecke-connector <Befehl>

  install --file <Verbindungsdatei> [--fingerprint <Fingerabdruck des Servers>]
          [--datev-url <Adresse>] [--datev-user <DOMÄNE\\Benutzer>]
          [--datev-password-file <Datei> | --datev-password-stdin]
                     koppelt diesen Rechner mit Brücke und richtet, wenn angegeben, DATEVconnect ein
  datev [--datev-url …] [--datev-user …] [--datev-password-file … | --datev-password-stdin]
                     richtet DATEVconnect ein oder um
  clients            zeigt die Mandanten, die DATEVconnect anbietet
  release <GUID> …   gibt Mandanten frei; nur diese werden gelesen
  withdraw <GUID> …  nimmt die Freigabe zurück
  status             zeigt, was der Dienst tut
  doctor             prüft alles und sagt zu jedem Befund Ursache und Abhilfe
  unpair             löst die Kopplung an diesem Rechner
  run                arbeitet, bis er beendet wird (so startet ihn der Dienst)
  --version

Rückgabewert: 0 in Ordnung, 1 etwas ist zu tun, 2 falscher Aufruf.
`;
