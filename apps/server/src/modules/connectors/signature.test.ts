import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import { contentDigest, parseSignatureInput, signatureBase, signatureParams } from '@bruecke/contract';
import { exportSigningKey, importVerifyKey, signingKeyFromSeed } from '@bruecke/proof';
import { createSigner, httpbis } from 'http-message-signatures';
import { describe, expect, it } from 'vitest';

// The form on the wire against a library that somebody else wrote: what one end makes of RFC 9421, the other must read.

const key = signingKeyFromSeed(Buffer.alloc(32, 3));
const url = 'https://bruecke.example/api/v1/connector-link/orders/6f3d/parts/1?attempt=2';
const body = '{"hello":"world"}\n';
const digest = contentDigest(createHash('sha256').update(body).digest('base64'));
const params = {
  created: 1_772_438_400,
  connectorId: '00000001-0000-4000-8000-00000000000a',
  nonce: 'bm9uY2UtZm9yLWEtdGVzdA',
};

describe('the signature of the link', () => {
  it('has the digest of RFC 9530', () => {
    // Its example in appendix B.1, sha-256 of {"hello": "world"} and a line feed.
    const sha256 = createHash('sha256').update('{"hello": "world"}\n').digest('base64');
    expect(contentDigest(sha256)).toBe('sha-256=:RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=:');
  });

  it('is what an RFC 9421 library signs, over the same base', async () => {
    const bases: string[] = [];
    const inner = createSigner(exportSigningKey(key), 'ed25519', params.connectorId);
    const signed = await httpbis.signMessage(
      {
        key: {
          ...inner,
          sign: (data: Buffer) => {
            bases.push(data.toString());
            return inner.sign(data);
          },
        },
        name: 'sig1',
        fields: ['@method', '@target-uri', 'content-digest'],
        params: ['created', 'keyid', 'nonce', 'alg'],
        paramValues: { created: new Date(params.created * 1000), nonce: params.nonce },
      },
      { method: 'POST', url, headers: { 'content-digest': digest } },
    );
    const input = String(Object(signed.headers)['Signature-Input']);
    expect(parseSignatureInput(input)).toEqual(params);
    const base = signatureBase({
      method: 'post',
      targetUri: url,
      contentDigest: digest,
      params: signatureParams(params),
    });
    expect(bases).toEqual([base]);
    const signature = /:(.+):/.exec(String(Object(signed.headers)['Signature']))?.[1] ?? '';
    expect(verify(null, Buffer.from(base), key.public.key, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('is what an RFC 9421 library verifies', async () => {
    const text = signatureParams(params);
    const base = signatureBase({ method: 'POST', targetUri: url, contentDigest: digest, params: text });
    const signature = sign(null, Buffer.from(base), key.privateKey).toString('base64');
    const message = {
      method: 'POST',
      url,
      headers: { 'content-digest': digest, 'signature-input': `sig1=${text}`, signature: `sig1=:${signature}:` },
    };
    const lookUp = async () => ({
      id: params.connectorId,
      algs: ['ed25519'],
      verify: async (data: Buffer, given: Buffer) => verify(null, data, key.public.key, given),
    });
    expect(await httpbis.verifyMessage({ keyLookup: lookUp }, message)).toBe(true);
    const moved = { ...message, url: url.replace('parts/1', 'parts/2') };
    expect(await httpbis.verifyMessage({ keyLookup: lookUp }, moved)).toBe(false);
  });

  it('verifies the Ed25519 signature of RFC 9421, appendix B.2.6', () => {
    const testKey = importVerifyKey(
      '-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAJrQLj5P/89iXES9+vFgrIy29clF9CC/oPPsw3c5D0bs=\n-----END PUBLIC KEY-----\n',
    );
    const base = [
      '"date": Tue, 20 Apr 2021 02:07:55 GMT',
      '"@method": POST',
      '"@path": /foo',
      '"@authority": example.com',
      '"content-type": application/json',
      '"content-length": 18',
      '"@signature-params": ("date" "@method" "@path" "@authority" "content-type" "content-length");created=1618884473;keyid="test-key-ed25519"',
    ].join('\n');
    const signature = 'wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw==';
    expect(createPublicKey(testKey.key.export({ format: 'pem', type: 'spki' })).asymmetricKeyType).toBe('ed25519');
    expect(verify(null, Buffer.from(base), testKey.key, Buffer.from(signature, 'base64'))).toBe(true);
  });

  it('has one form only', () => {
    const good = `sig1=${signatureParams(params)}`;
    expect(parseSignatureInput(good)).toEqual(params);
    const others = [
      good.replace('sig1', 'sig2'),
      good.replace('"@method" ', ''),
      good.replace('"@target-uri"', '"@path"'),
      good.replace('ed25519', 'hmac-sha256'),
      good.replace(';nonce="bm9uY2UtZm9yLWEtdGVzdA"', ''),
      `${good};tag="x"`,
      `${good}, sig2=${signatureParams(params)}`,
      good.replace(params.connectorId, 'anybody'),
      '',
    ];
    for (const other of others) expect([other, parseSignatureInput(other)]).toEqual([other, null]);
  });
});
