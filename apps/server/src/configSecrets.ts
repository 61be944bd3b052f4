import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import {
  exportSigningKey,
  importSigningKey,
  importVerifyKey,
  type SigningKey,
  signingKeyFromSeed,
  type VerifyKey,
} from '@bruecke/proof';
import type { MasterKey } from './secrets/encryption.ts';

/** What must never be in the database, in a log or in a backup of the database. */
export type Secrets = {
  /** The first seals, all open (rotation). */
  readonly masterKeys: readonly [MasterKey, ...MasterKey[]];
  readonly signingKey: SigningKey;
  /** Signs Verbindungsdateien and orders to connectors, which pin its public half. */
  readonly instanceKey: SigningKey;
  /** The signing key's public half and those of earlier ones: receipts signed with them stay checkable. */
  readonly verifyKeys: readonly [VerifyKey, ...VerifyKey[]];
  /** Of the role `bruecke_app`. */
  readonly databasePassword: string;
  /** Of the embedded database's administrator; unused with DATABASE_URL. */
  readonly databaseAdminPassword: string;
};

type SecretName =
  | 'master-keys'
  | 'signing-key.pem'
  | 'instance-key.pem'
  | 'database-password'
  | 'database-admin-password';

/** File in the secrets folder ↔ environment variable. */
const SOURCES: readonly { readonly file: SecretName; readonly variable: string; readonly form: string }[] = [
  { file: 'master-keys', variable: 'BRUECKE_MASTER_KEYS', form: '<id>:<32 bytes in base64>, the present key first' },
  { file: 'signing-key.pem', variable: 'BRUECKE_SIGNING_KEY', form: 'an Ed25519 private key in PKCS #8 PEM' },
  { file: 'instance-key.pem', variable: 'BRUECKE_INSTANCE_KEY', form: 'an Ed25519 private key in PKCS #8 PEM' },
  { file: 'database-password', variable: 'BRUECKE_DATABASE_PASSWORD', form: 'at least 16 characters' },
  { file: 'database-admin-password', variable: 'BRUECKE_DATABASE_ADMIN_PASSWORD', form: 'at least 16 characters' },
];
const OLD_KEYS = { file: 'signing-keys-old.pem', variable: 'BRUECKE_SIGNING_KEYS_OLD' };

export type SecretsOptions = {
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
  /** Something is stored already that secrets belong to: then new ones are not made up in place of lost ones. */
  readonly installed: boolean;
  /** With DATABASE_URL there is no administrator password to give. */
  readonly external: boolean;
  readonly randomBytes: (size: number) => Buffer;
};

/**
 * Reads all secrets from the environment, or all from the folder; makes the folder on the first start (0700, files 0600).
 * Returns a list of problems instead when they are half there, unreadable or open to others: never guesses.
 */
export function readSecrets(
  options: SecretsOptions,
): { readonly secrets: Secrets } | { readonly problems: readonly string[] } {
  const wanted = SOURCES.filter((source) => !(options.external && source.file === 'database-admin-password'));
  const given = wanted.filter((source) => options.environment[source.variable] !== undefined);
  if (given.length > 0) {
    const missing = wanted.filter((source) => options.environment[source.variable] === undefined);
    if (missing.length > 0) {
      return {
        problems: missing.map(
          (source) => `${source.variable} is missing (${source.form}): give all secrets in the environment, or none`,
        ),
      };
    }
    return parseAll(
      (source) => options.environment[source.variable] ?? '',
      options.environment[OLD_KEYS.variable],
      'variable',
      wanted,
    );
  }
  if (!existsSync(options.folder)) {
    if (options.installed) return { problems: [lost(options.folder)] };
    generate(options.folder, options.randomBytes);
  }
  addInstanceKey(options.folder, options.randomBytes);
  return readFolder(options.folder);
}

/**
 * Puts a new master key before those that are there; whoever starts next seals anew with it what they sealed. Returns its id.
 * @throws when there are no secrets in this folder (they come from the environment, or nothing was started yet)
 */
export function addMasterKey(folder: string, randomBytes: (size: number) => Buffer): string {
  const path = join(folder, 'master-keys');
  const present = readFileSync(path, 'utf8');
  const id = randomBytes(4).toString('hex');
  replace(path, `${newMasterKey(id, randomBytes)}${present}`);
  return id;
}

const newMasterKey = (id: string, randomBytes: (size: number) => Buffer) =>
  `${id}:${randomBytes(32).toString('base64')}\n`;

function lost(folder: string): string {
  return (
    `the secrets folder ${folder} is missing, but this data folder is in use: without its secrets the stored tokens cannot be read. ` +
    'Put it back from your copy of the secrets.'
  );
}

function readFolder(folder: string): ReturnType<typeof readSecrets> {
  const problems: string[] = [];
  if (statSync(folder).mode & 0o077) problems.push(`${folder} is open to other users: chmod 700 ${folder}`);
  const missing = SOURCES.filter((source) => !existsSync(join(folder, source.file)));
  for (const { file, form } of missing)
    problems.push(`${join(folder, file)} is missing (${form}): put it back from your copy`);
  for (const name of readdirSync(folder)) {
    if (statSync(join(folder, name)).mode & 0o077) {
      problems.push(`${join(folder, name)} is open to other users: chmod 600 ${join(folder, name)}`);
    }
  }
  if (problems.length > 0) return { problems };
  const old = join(folder, OLD_KEYS.file);
  return parseAll(
    (source) => readFileSync(join(folder, source.file), 'utf8'),
    existsSync(old) ? readFileSync(old, 'utf8') : undefined,
    'file',
    SOURCES,
  );
}

/** Made beside and renamed: a first start that is broken off leaves no half folder. */
function generate(folder: string, randomBytes: (size: number) => Buffer): void {
  const contents: Record<SecretName, string> = {
    'master-keys': newMasterKey(randomBytes(4).toString('hex'), randomBytes),
    'signing-key.pem': exportSigningKey(signingKeyFromSeed(randomBytes(32))),
    'instance-key.pem': exportSigningKey(signingKeyFromSeed(randomBytes(32))),
    'database-password': `${randomBytes(32).toString('hex')}\n`,
    'database-admin-password': `${randomBytes(32).toString('hex')}\n`,
  };
  mkdirSync(dirname(folder), { recursive: true });
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  mkdirSync(unfinished, { mode: 0o700 });
  chmodSync(unfinished, 0o700);
  for (const { file } of SOURCES) writeFileSync(join(unfinished, file), contents[file], { mode: 0o600, flush: true });
  renameSync(unfinished, folder);
}

/**
 * Installations from before the connector have no instance key: the one secret that may be made beside the others. Made in place of a lost
 * one it does no harm either, but every connector refuses its orders and has to be paired anew.
 */
function addInstanceKey(folder: string, randomBytes: (size: number) => Buffer): void {
  const path = join(folder, 'instance-key.pem');
  if (existsSync(path)) return;
  replace(path, exportSigningKey(signingKeyFromSeed(randomBytes(32))));
}

/** Whole or not at all, and for nobody else. */
function replace(path: string, contents: string): void {
  const unfinished = `${path}.unfinished`;
  writeFileSync(unfinished, contents, { mode: 0o600, flush: true });
  renameSync(unfinished, path);
}

type Source = (typeof SOURCES)[number];

function parseAll(
  read: (source: Source) => string,
  oldKeys: string | undefined,
  named: 'file' | 'variable',
  sources: readonly Source[],
): ReturnType<typeof readSecrets> {
  const problems: string[] = [];
  function parse<T>(file: SecretName, reader: (text: string) => T | undefined): T | undefined {
    const source = sources.find((candidate) => candidate.file === file);
    if (!source) return undefined;
    const value = attempt(() => reader(read(source).trim()));
    // The value itself is never shown.
    if (value === undefined) problems.push(`${source[named]} is not ${source.form}`);
    return value;
  }
  const masterKeys = parse('master-keys', parseMasterKeys);
  const signingKey = parse('signing-key.pem', importSigningKey);
  const instanceKey = parse('instance-key.pem', importSigningKey);
  const databasePassword = parse('database-password', parsePassword);
  const databaseAdminPassword = parse('database-admin-password', parsePassword);
  const old = attempt(() => splitPem(oldKeys ?? '').map(importVerifyKey));
  if (!old) problems.push(`${OLD_KEYS[named]} does not hold Ed25519 public keys in PEM`);
  if (!masterKeys || !signingKey || !instanceKey || !databasePassword || !old || problems.length > 0)
    return { problems };
  return {
    secrets: {
      masterKeys,
      signingKey,
      instanceKey,
      verifyKeys: [signingKey.public, ...old],
      databasePassword,
      databaseAdminPassword: databaseAdminPassword ?? '',
    },
  };
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

function parseMasterKeys(text: string): readonly [MasterKey, ...MasterKey[]] | undefined {
  const keys = text.split(/[\n,]+/).map((line): MasterKey | undefined => {
    const [, id, value] = /^([A-Za-z0-9_-]{1,32}):(.+)$/.exec(line.trim()) ?? [];
    const key = parseKey(value ?? '');
    return id && key ? { id, key } : undefined;
  });
  const [first, ...rest] = keys;
  const others = rest.filter((key) => key !== undefined);
  if (!first || others.length !== rest.length) return undefined;
  if (new Set([first, ...others].map((key) => key.id)).size !== keys.length) return undefined;
  return [first, ...others];
}

function parseKey(text: string): Buffer | undefined {
  const bytes = Buffer.from(text, 'base64');
  return bytes.length === 32 ? bytes : undefined;
}

function parsePassword(text: string): string | undefined {
  return text.length >= 16 && !/\s/.test(text) ? text : undefined;
}

function splitPem(text: string): readonly string[] {
  return text.trim() === ''
    ? []
    : text
        .trim()
        .split(/(?<=-----END [A-Z ]+-----)\s*/)
        .filter((part) => part.trim() !== '');
}
