import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runTool } from '../buildConnector/runTool.ts';
import { sign } from '../buildConnector/sign.ts';
import { expectMatch, type Steps } from './steps.ts';

/** The signing setting, with a certificate made for this run: whether a real one is believed is up to Windows. */
export async function testSigning({ step, notShown }: Steps, installer: string, folder: string): Promise<void> {
  await step('Windows: signed by the signing setting', async () => {
    const [key, certificate, signed] = ['key.pem', 'certificate.pem', 'signed.msi'].map((name) => join(folder, name));
    if (!key || !certificate || !signed) throw new Error('no names');
    const subject = ['-subj', '/CN=Trial', '-addext', 'extendedKeyUsage=codeSigning', '-days', '2'];
    const make = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', certificate];
    await runTool('openssl', [...make, ...subject]);
    await copyFile(installer, signed);
    await sign(signed, `-certs ${certificate} -key ${key}`);
    const told = await runTool('osslsigncode', ['verify', '-CAfile', certificate, '-in', signed]);
    expectMatch(told, /Signature verification: ok/, 'osslsigncode verify');
    return undefined;
  });
  notShown('Windows: what it says to an installer signed with a bought certificate');
}
