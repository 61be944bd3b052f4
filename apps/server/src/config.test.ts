import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportSigningKey, exportVerifyKey, signingKeyFromSeed } from '@bruecke/proof';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ConfigError, type Environment, readConfig } from './config.ts';
import { addMasterKey } from './configSecrets.ts';

let data: string;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'bruecke-config-'));
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const read = (environment: Environment = {}) => readConfig({ BRUECKE_DATA: data, ...environment }, { randomBytes });
const problemsOf = (environment: Environment = {}): readonly string[] => {
  try {
    read(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
};
const fromEnvironment = () => ({
  BRUECKE_MASTER_KEYS: `b:${randomBytes(32).toString('base64')},a:${randomBytes(32).toString('base64')}`,
  BRUECKE_SIGNING_KEY: exportSigningKey(signingKeyFromSeed(randomBytes(32))),
  BRUECKE_INSTANCE_KEY: exportSigningKey(signingKeyFromSeed(randomBytes(32))),
  BRUECKE_DATABASE_PASSWORD: 'a password of length'.replaceAll(' ', '-'),
  BRUECKE_DATABASE_ADMIN_PASSWORD: 'another-password-of-length',
});

describe('readConfig', () => {
  it('takes an object store with all that it needs, or none', () => {
    expect(read().s3).toBeNull();
    const s3 = {
      BRUECKE_S3_ENDPOINT: 'https://s3.example.org',
      BRUECKE_S3_REGION: 'eu-central-1',
      BRUECKE_S3_BUCKET: 'vouchers',
      BRUECKE_S3_ACCESS_KEY_ID: 'key',
      BRUECKE_S3_SECRET_ACCESS_KEY: 'a secret',
    };
    expect(read(s3).s3).toMatchObject({ endpoint: 'https://s3.example.org', bucket: 'vouchers', accessKeyId: 'key' });
    const { BRUECKE_S3_BUCKET: _left, ...rest } = s3;
    expect(problemsOf({ ...rest, BRUECKE_S3_ENDPOINT: 'not a url' })).toEqual([
      expect.stringContaining('BRUECKE_S3_BUCKET is missing'),
      'BRUECKE_S3_ENDPOINT is not a URL',
    ]);
  });

  it('needs nothing to be set', () => {
    const config = read();
    expect(config).toMatchObject({
      role: 'all',
      dataFolder: data,
      http: { host: '127.0.0.1', port: 8080, publicUrl: 'http://localhost:8080', trustedProxies: [] },
      database: { kind: 'embedded' },
      mail: undefined,
      uploadLimitBytes: 104_857_600,
    });
  });

  it('reads what is set, and counts an empty variable as absent', () => {
    const config = read({
      BRUECKE_ROLE: 'worker',
      PORT: '9000',
      HOST: '0.0.0.0',
      PUBLIC_URL: 'https://bruecke.example/',
      DATABASE_URL: 'postgres://user:secret@db/bruecke',
      SMTP_URL: 'smtps://mail.example',
      MAIL_FROM: 'bruecke@example.org',
      BRUECKE_UPLOAD_LIMIT_MB: '25',
      BRUECKE_TRUSTED_PROXIES: '10.0.0.1, 10.0.0.2',
      BRUECKE_POOL_SIZE: '',
    });
    expect(config).toMatchObject({
      role: 'worker',
      http: {
        host: '0.0.0.0',
        port: 9000,
        publicUrl: 'https://bruecke.example',
        trustedProxies: ['10.0.0.1', '10.0.0.2'],
      },
      database: { kind: 'external', url: 'postgres://user:secret@db/bruecke' },
      mail: { url: 'smtps://mail.example', from: 'bruecke@example.org' },
      uploadLimitBytes: 25 * 1024 * 1024,
      poolSize: 20,
    });
  });

  it('listens at one address: the rules of a second one would be others', () => {
    expect(read({ HOST: 'localhost' }).http.host).toBe('127.0.0.1');
    expect(read({ HOST: '::1' }).http.host).toBe('::1');
  });

  it('takes addresses and networks for proxies, and nothing that cannot be one', () => {
    const proxies = (text: string) => read({ BRUECKE_TRUSTED_PROXIES: text }).http.trustedProxies;
    expect(proxies('10.0.0.0/24,fd00::1, fd00::/8')).toEqual(['10.0.0.0/24', 'fd00::1', 'fd00::/8']);
    for (const wrong of ['proxy.example', '10.0.0', '10.0.0.0/33', '0.0.0.0/0', 'fd00::/129', '10.0.0.0/24/8'])
      expect(problemsOf({ BRUECKE_TRUSTED_PROXIES: `10.0.0.1, ${wrong}` })).toEqual([
        `BRUECKE_TRUSTED_PROXIES is not a list of IP addresses or networks: ${wrong}`,
      ]);
  });

  it('asks the PostgreSQL that comes along for no more connections than it takes', () => {
    expect(read({ BRUECKE_POOL_SIZE: '48' }).poolSize).toBe(48);
    expect(problemsOf({ BRUECKE_POOL_SIZE: '49' })).toEqual(['BRUECKE_POOL_SIZE is not a whole number from 2 to 48']);
    expect(read({ BRUECKE_POOL_SIZE: '200', DATABASE_URL: 'postgres://user:secret@db/bruecke' }).poolSize).toBe(200);
  });

  it('names every problem at once and writes nothing', () => {
    const problems = problemsOf({
      BRUECKE_ROLE: 'boss',
      PORT: '70000',
      PUBLIC_URL: 'http://bruecke.example/app',
      DATABASE_URL: 'mysql://user:geheim@db',
      SMTP_URL: 'smtp://mail.example',
      BRUECKE_UPLOAD_LIMIT_MB: '1e9',
    });
    for (const name of ['BRUECKE_ROLE', 'PORT', 'PUBLIC_URL', 'DATABASE_URL', 'MAIL_FROM', 'BRUECKE_UPLOAD_LIMIT_MB']) {
      expect(problems.some((problem) => problem.startsWith(name))).toBe(true);
    }
    expect(problems.join()).not.toContain('geheim');
    expect(readdirSync(data)).toEqual([]);
  });
});

describe('what connectors know this instance by', () => {
  const certificate = (name: string) => new URL(`../test/certificates/${name}`, import.meta.url).pathname;

  it('is read from the public address unless a CA file or pins are set', () => {
    expect(read()).toMatchObject({ publicTls: null, installersFolder: join(data, 'installers') });
    const pin = `${'A'.repeat(43)}=`;
    expect(read({ BRUECKE_PUBLIC_TLS_SPKI: `${pin}, ${pin}` }).publicTls).toEqual({ spki: [pin, pin] });
    const set = read({ BRUECKE_PUBLIC_TLS_CA: certificate('root.pem'), BRUECKE_INSTALLERS: '/srv/installers' });
    expect(set.installersFolder).toBe('/srv/installers');
    expect(set.publicTls).toEqual({ ca: expect.stringMatching(/^-----BEGIN CERTIFICATE-----/) });
  });

  it('is refused when it is no certificate, no pin, or both; a key beside the certificate is left out', () => {
    for (const [environment, problem] of [
      [{ BRUECKE_PUBLIC_TLS_CA: certificate('leaf.key') }, /^BRUECKE_PUBLIC_TLS_CA is not/],
      [{ BRUECKE_PUBLIC_TLS_CA: '/not/there.pem' }, /^BRUECKE_PUBLIC_TLS_CA is not/],
      [{ BRUECKE_PUBLIC_TLS_SPKI: 'sha256/abc' }, /^BRUECKE_PUBLIC_TLS_SPKI is not/],
    ] as const)
      expect(problemsOf(environment)).toEqual([expect.stringMatching(problem)]);
    const both = { BRUECKE_PUBLIC_TLS_CA: certificate('root.pem'), BRUECKE_PUBLIC_TLS_SPKI: `${'A'.repeat(43)}=` };
    expect(problemsOf(both)).toEqual([expect.stringMatching(/both set/)]);
    const bundle = join(data, 'bundle.pem');
    const parts = ['self-signed.key', 'self-signed.pem'].map((name) => readFileSync(certificate(name), 'utf8'));
    writeFileSync(bundle, parts.join(''));
    expect(JSON.stringify(read({ BRUECKE_PUBLIC_TLS_CA: bundle }).publicTls)).not.toContain('PRIVATE');
  });
});

describe('secrets', () => {
  const folder = () => join(data, 'secrets');

  it('are made once, for our user only, and stay the same', () => {
    const first = read().secrets;
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder())) expect(statSync(join(folder(), name)).mode & 0o777).toBe(0o600);
    const second = read().secrets;
    expect(second.masterKeys).toEqual(first.masterKeys);
    expect(second.signingKey.public.fingerprint).toBe(first.signingKey.public.fingerprint);
    expect(second.databasePassword).toBe(first.databasePassword);
  });

  it('take a new master key before the present one', () => {
    const before = read().secrets.masterKeys[0];
    const id = addMasterKey(folder(), randomBytes);
    const { masterKeys } = read().secrets;
    expect(masterKeys.map((key) => key.id)).toEqual([id, before.id]);
    expect(masterKeys[0].key.equals(before.key)).toBe(false);
    expect(statSync(join(folder(), 'master-keys')).mode & 0o777).toBe(0o600);
  });

  it('come from the environment as a whole, and then none are written', () => {
    const { secrets } = read(fromEnvironment());
    expect(secrets.masterKeys.map((key) => key.id)).toEqual(['b', 'a']);
    expect(existsSync(folder())).toBe(false);
  });

  it('are refused when only half of them is in the environment', () => {
    const { BRUECKE_DATABASE_PASSWORD: _left, ...rest } = fromEnvironment();
    expect(problemsOf(rest)).toEqual([expect.stringMatching(/^BRUECKE_DATABASE_PASSWORD is missing/)]);
  });

  it('need no administrator password beside DATABASE_URL', () => {
    const { BRUECKE_DATABASE_ADMIN_PASSWORD: _left, ...rest } = fromEnvironment();
    expect(problemsOf(rest)).toHaveLength(1);
    expect(problemsOf({ ...rest, DATABASE_URL: 'postgres://db/bruecke' })).toEqual([]);
  });

  it('are refused when a file is missing, malformed or open to others', () => {
    read();
    unlinkSync(join(folder(), 'database-password'));
    expect(problemsOf()).toEqual([expect.stringContaining('database-password is missing')]);
    writeFileSync(join(folder(), 'database-password'), 'short', { mode: 0o600 });
    expect(problemsOf()).toEqual(['database-password is not at least 16 characters']);
    chmodSync(join(folder(), 'master-keys'), 0o644);
    expect(problemsOf()).toEqual([expect.stringContaining('chmod 600')]);
  });

  it('get the instance key beside the others where an older installation has none', () => {
    const first = read().secrets;
    unlinkSync(join(folder(), 'instance-key.pem'));
    const second = read().secrets;
    expect(second.signingKey.public.fingerprint).toBe(first.signingKey.public.fingerprint);
    expect(second.instanceKey.public.fingerprint).not.toBe(first.instanceKey.public.fingerprint);
    expect(read().secrets.instanceKey.public.fingerprint).toBe(second.instanceKey.public.fingerprint);
    expect(statSync(join(folder(), 'instance-key.pem')).mode & 0o777).toBe(0o600);
  });

  it('are not made up anew for data that exists', () => {
    mkdirSync(join(data, 'blobs'));
    expect(problemsOf()).toEqual([expect.stringContaining('Put it back')]);
    expect(existsSync(folder())).toBe(false);
  });

  it('keep the public halves of earlier signing keys', () => {
    read();
    const earlier = [1, 2].map((fill) => signingKeyFromSeed(Buffer.alloc(32, fill)).public);
    writeFileSync(join(folder(), 'signing-keys-old.pem'), earlier.map(exportVerifyKey).join('\n'), { mode: 0o600 });
    const { verifyKeys, signingKey } = read().secrets;
    expect(verifyKeys.map((key) => key.keyId)).toEqual([signingKey.public, ...earlier].map((key) => key.keyId));
    writeFileSync(join(folder(), 'signing-keys-old.pem'), exportSigningKey(signingKey), { mode: 0o600 });
    expect(problemsOf()).toEqual([expect.stringContaining('public keys')]);
  });
});
