import { createHash, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readTlsPin } from './tlsPin.ts';

// Made once with openssl for bruecke.example: a root, an issuing CA below it, a leaf below that; and a leaf that signed itself.
const file = (name: string) => readFileSync(new URL(`../../../test/certificates/${name}`, import.meta.url), 'utf8');
const [leaf, issuing, root, own] = ['leaf.pem', 'issuing.pem', 'root.pem', 'self-signed.pem'].map(
  (name) => new X509Certificate(file(name)),
) as [X509Certificate, X509Certificate, X509Certificate, X509Certificate];
const pin = (certificate: X509Certificate) =>
  createHash('sha256')
    .update(certificate.publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
const publicUrl = 'https://bruecke.example';
const chain = (...certificates: X509Certificate[]) => certificates.map((certificate) => certificate.raw);
const asked: unknown[] = [];
const read = (certificates: Buffer[], trusted: boolean, given: Partial<Parameters<typeof readTlsPin>[0]> = {}) =>
  readTlsPin({
    publicUrl,
    configured: null,
    readChain: async (address) => {
      asked.push(address);
      return { chain: certificates, trusted };
    },
    ...given,
  });
const unreadable = expect.objectContaining({ code: 'public_certificate_unreadable' });

describe('what a Verbindungsdatei pins', () => {
  it('is every CA above the leaf, never the leaf', async () => {
    expect(await read(chain(leaf, issuing, root), true)).toEqual({ kind: 'spki', sha256: [pin(issuing), pin(root)] });
    expect(asked.at(-1)).toEqual({ host: 'bruecke.example', port: 443 });
    await read(chain(leaf, issuing), true, { publicUrl: 'https://[::1]:8443' });
    expect(asked.at(-1)).toEqual({ host: '::1', port: 8443 });
  });

  it('is the leaf where it signed itself', async () => {
    expect(await read(chain(own), false)).toEqual({ kind: 'spki', sha256: [pin(own)] });
  });

  it('is nothing that this machine does not trust, and nothing where the leaf comes alone', async () => {
    await expect(read(chain(leaf, issuing, root), false)).rejects.toEqual(unreadable);
    await expect(read(chain(leaf), true)).rejects.toEqual(unreadable);
    await expect(read([], true)).rejects.toEqual(unreadable);
    const broken = { readChain: () => Promise.reject(new Error('ECONNREFUSED')) };
    await expect(read([], true, broken)).rejects.toEqual(unreadable);
  });

  it('is what the operator set, without looking', async () => {
    const before = asked.length;
    const ca = file('root.pem');
    expect(await read([], false, { configured: { ca } })).toEqual({ kind: 'ca', pem: ca });
    const spki = [pin(root)];
    expect(await read([], false, { configured: { spki } })).toEqual({ kind: 'spki', sha256: spki });
    expect(await read([], false, { publicUrl: 'http://localhost:8080' })).toEqual({ kind: 'none' });
    expect(asked).toHaveLength(before);
  });
});
