import { X509Certificate } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { isIP } from 'node:net';
import { isAbsolute, join, resolve } from 'node:path';
import type { S3Settings } from './blobs/s3.ts';
import { readSecrets, type Secrets } from './configSecrets.ts';
import { SOURCE_MIGRATIONS } from './db/openDatabase.ts';

export type Config = {
  /** What this process does: pages and API, background work, or both. */
  readonly role: 'web' | 'worker' | 'all';
  /** Absolute. Database (if embedded), blobs (if on disk) and secrets lie in it. */
  readonly dataFolder: string;
  readonly http: {
    readonly host: string;
    readonly port: number;
    /** Where people reach this instance, without a trailing slash. */
    readonly publicUrl: string;
    /** Addresses and networks of proxies whose X-Forwarded-For is believed, besides those on this machine. */
    readonly trustedProxies: readonly string[];
  };
  readonly database:
    | { readonly kind: 'embedded'; readonly adminPassword: string }
    | { readonly kind: 'external'; readonly url: string };
  /** Most database connections of this process's transactions. */
  readonly poolSize: number;
  readonly migrationsFolder: string;
  /** Absent: mails wait in the database. */
  readonly mail: { readonly url: string; readonly from: string } | undefined;
  /** Null: on disk, in the data folder. */
  readonly s3: S3Settings | null;
  /** Limit of the instance per voucher, bytes. */
  readonly uploadLimitBytes: number;
  /** Where built installers of the connector lie; it need not be there. */
  readonly installersFolder: string;
  /** What a Verbindungsdatei pins of the public address's TLS; null: read from there when one is made. */
  readonly publicTls: { readonly ca: string } | { readonly spki: readonly string[] } | null;
  /** Jobs at the same time in this process. */
  readonly workerConcurrency: number;
  /** Where they lie; null when they come from the environment. */
  readonly secretsFolder: string | null;
  readonly secrets: Secrets;
};

/** Thrown when the environment does not make a whole configuration; the message lists every problem, no value of a secret. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'config';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(`Brücke cannot start with this configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.problems = problems;
  }
}

/** Of the 60 connections of our own PostgreSQL it keeps 3 for its administrator; queue and live events have 7, and some room is for migrations. */
const mostOfEmbedded = 48;

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the configuration from the environment (`process.env`; nothing else in the server reads it) and the secrets from
 * there or from `<data>/secrets`, which it makes on the first start. An empty variable counts as absent.
 * @throws ConfigError with all problems at once
 */
export function readConfig(
  environment: Environment,
  sources: { readonly randomBytes: (size: number) => Buffer },
): Config {
  const env = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ''));
  const read = createReader(env);
  const dataFolder = read.folder('BRUECKE_DATA', 'data');
  const port = read.integer('PORT', 8080, 0, 65_535);
  const http = {
    host: oneAddress(read.text('HOST', '127.0.0.1')),
    port,
    publicUrl: read.publicUrl('PUBLIC_URL', `http://localhost:${port}`),
    trustedProxies: read.networks('BRUECKE_TRUSTED_PROXIES'),
  };
  const url = read.databaseUrl('DATABASE_URL');
  const settings = {
    role: read.oneOf('BRUECKE_ROLE', ['all', 'web', 'worker']),
    poolSize: read.integer('BRUECKE_POOL_SIZE', 20, 2, url === undefined ? mostOfEmbedded : 1000),
    migrationsFolder: read.folder('BRUECKE_MIGRATIONS', SOURCE_MIGRATIONS),
    mail: read.mail(),
    s3: read.s3(),
    uploadLimitBytes: read.integer('BRUECKE_UPLOAD_LIMIT_MB', 100, 1, 2048) * 1024 * 1024,
    installersFolder: read.folder('BRUECKE_INSTALLERS', join(dataFolder, 'installers')),
    publicTls: read.publicTls(),
    workerConcurrency: read.integer('BRUECKE_WORKER_CONCURRENCY', 32, 1, 200),
  };
  // Nothing is written for a configuration that is wrong anyway.
  if (read.problems.length > 0) throw new ConfigError(read.problems);
  const secretsFolder = read.folder('BRUECKE_SECRETS', join(dataFolder, 'secrets'));
  const found = readSecrets({
    environment: env,
    folder: secretsFolder,
    installed: ['postgres', 'blobs'].some((name) => existsSync(join(dataFolder, name))),
    external: url !== undefined,
    randomBytes: sources.randomBytes,
  });
  if ('problems' in found) throw new ConfigError(found.problems);
  const { secrets } = found;
  return {
    ...settings,
    dataFolder,
    http,
    database:
      url === undefined
        ? { kind: 'embedded', adminPassword: secrets.databaseAdminPassword }
        : { kind: 'external', url },
    secrets,
    secretsFolder: existsSync(secretsFolder) && env['BRUECKE_MASTER_KEYS'] === undefined ? secretsFolder : null,
  };
}

/** Readers note a problem and go on with the default, so that all problems are shown at once. */
function createReader(env: Environment) {
  const problems: string[] = [];

  function parseUrl(name: string): URL | undefined {
    const value = env[name];
    if (value === undefined) return undefined;
    if (URL.canParse(value)) return new URL(value);
    problems.push(`${name} is not a URL`);
    return undefined;
  }

  return {
    problems,
    text: (name: string, fallback: string): string => env[name] ?? fallback,
    networks: (name: string): readonly string[] => {
      const listed = (env[name] ?? '').split(',').flatMap((part) => part.trim() || []);
      const wrong = listed.filter((part) => !isNetwork(part));
      if (wrong.length > 0) problems.push(`${name} is not a list of IP addresses or networks: ${wrong.join(', ')}`);
      return listed;
    },
    folder: (name: string, fallback: string): string => {
      const value = env[name] ?? fallback;
      return isAbsolute(value) ? value : resolve(value);
    },
    integer: (name: string, fallback: number, least: number, most: number): number => {
      const value = env[name];
      if (value === undefined) return fallback;
      const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
      if (number >= least && number <= most) return number;
      problems.push(`${name} is not a whole number from ${least} to ${most}`);
      return fallback;
    },
    oneOf: <const T extends string>(name: string, choices: readonly [T, ...T[]]): T => {
      const value = env[name];
      if (value === undefined) return choices[0];
      const choice = choices.find((candidate) => candidate === value);
      if (choice === undefined) problems.push(`${name} is none of ${choices.join(', ')}`);
      return choice ?? choices[0];
    },
    /** Passkeys and session cookies work over https only, or on the machine itself. */
    publicUrl: (name: string, fallback: string): string => {
      const url = parseUrl(name) ?? new URL(fallback);
      const local = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
      if (url.protocol !== 'https:' && !(url.protocol === 'http:' && local)) {
        problems.push(`${name} does not begin with https:// (http:// is for localhost only)`);
      }
      if (url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '') {
        problems.push(`${name} is more than a scheme, a host and a port`);
      }
      return url.origin;
    },
    databaseUrl: (name: string): string | undefined => {
      const url = parseUrl(name);
      if (url && url.protocol !== 'postgres:' && url.protocol !== 'postgresql:') {
        problems.push(`${name} does not begin with postgres://`);
      }
      return env[name];
    },
    publicTls: (): Config['publicTls'] => {
      const { BRUECKE_PUBLIC_TLS_CA: path, BRUECKE_PUBLIC_TLS_SPKI: listed } = env;
      if (path && listed) problems.push('BRUECKE_PUBLIC_TLS_CA and BRUECKE_PUBLIC_TLS_SPKI are both set: one says it');
      if (path) {
        const ca = readCertificates(path);
        if (ca === null) problems.push('BRUECKE_PUBLIC_TLS_CA is not a readable file of certificates in PEM');
        return ca === null ? null : { ca };
      }
      const spki = (listed ?? '').split(',').flatMap((part) => part.trim() || []);
      if (spki.some((pin) => !/^[A-Za-z0-9+/]{43}=$/.test(pin)))
        problems.push('BRUECKE_PUBLIC_TLS_SPKI is not a list of SHA-256 values in base64');
      return spki.length > 0 ? { spki } : null;
    },
    s3: (): Config['s3'] => {
      const names = {
        endpoint: 'BRUECKE_S3_ENDPOINT',
        region: 'BRUECKE_S3_REGION',
        bucket: 'BRUECKE_S3_BUCKET',
        accessKeyId: 'BRUECKE_S3_ACCESS_KEY_ID',
        secretAccessKey: 'BRUECKE_S3_SECRET_ACCESS_KEY',
      } as const;
      const missing = Object.values(names).filter((name) => env[name] === undefined);
      if (missing.length === Object.values(names).length) return null;
      for (const name of missing) problems.push(`${name} is missing: blobs in S3 need all of the five`);
      parseUrl(names.endpoint);
      const value = (name: keyof typeof names) => env[names[name]] ?? '';
      return {
        endpoint: value('endpoint'),
        region: value('region'),
        bucket: value('bucket'),
        accessKeyId: value('accessKeyId'),
        secretAccessKey: value('secretAccessKey'),
      };
    },
    mail: (): Config['mail'] => {
      const url = parseUrl('SMTP_URL');
      const { MAIL_FROM: from } = env;
      if (url && url.protocol !== 'smtp:' && url.protocol !== 'smtps:') {
        problems.push('SMTP_URL does not begin with smtp:// or smtps://');
      }
      if ((url === undefined) !== (from === undefined)) {
        problems.push(`${url ? 'MAIL_FROM' : 'SMTP_URL'} is missing: sending mail needs both`);
      }
      return url && from ? { url: url.href, from } : undefined;
    },
  };
}

/**
 * For a `localhost` of two addresses (127.0.0.1 and ::1) Fastify opens a second listener that knows nothing of our rules: it cuts off every
 * upload of more than two minutes. Whoever asks for localhost finds the one of IPv4 as well.
 */
function oneAddress(host: string): string {
  return host === 'localhost' ? '127.0.0.1' : host;
}

/** `10.0.0.1`, `10.0.0.0/8`, the same with IPv6. A network of no bits would be everybody. */
function isNetwork(text: string): boolean {
  const [, address = '', bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(text) ?? [];
  const most = { 0: 0, 4: 32, 6: 128 }[isIP(address)] ?? 0;
  return most > 0 && (bits === undefined || (Number(bits) >= 1 && Number(bits) <= most));
}

/** The certificates of a PEM file, and nothing else that may stand in it (a key); null where it holds none. */
function readCertificates(path: string): string | null {
  try {
    const found = readFileSync(path, 'utf8').match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
    return found.length > 0 ? found.map((pem) => new X509Certificate(pem).toString()).join('') : null;
  } catch {
    return null;
  }
}
