import { createHash, X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { own, own2 } from '../../test/certificates.ts';
import { guid, otherGuid, startFakeDatev } from '../../test/fakeDatev.ts';
import { startFakeHub } from '../../test/fakeHub.ts';
import { testTerminal, testWorld } from '../../test/testWorld.ts';
import { parseArgs } from '../args.ts';
import { readPairing } from '../store/pairing.ts';
import { readReleased } from '../store/released.ts';
import { openSecrets } from '../store/secrets.ts';
import { readSettings } from '../store/settings.ts';
import type { World } from '../world.ts';
import { runCommand } from './command.ts';

/** Runs a command line; answers what a person types, if one is there. */
async function bruecke(world: World, line: string[], given: Parameters<typeof testTerminal>[0] = {}) {
  const { terminal, text } = testTerminal(given);
  const parsed = parseArgs(line);
  if (!parsed.ok) throw new Error(parsed.problem);
  if (parsed.command.name === 'run') throw new Error('not here');
  return { code: await runCommand(world, terminal, parsed.command), text: text() };
}

test('a script pairs and sets up DATEVconnect in one call; nothing secret is printed', async () => {
  const hub = await startFakeHub();
  const datev = await startFakeDatev();
  const world = await testWorld();
  const line = [
    'install',
    '--file',
    'v',
    '--datev-url',
    datev.origin,
    '--datev-user',
    'K\\leser',
    '--datev-password-file',
    'p',
  ];
  const { code, text } = await bruecke(world, line, { files: { v: hub.connectionFile(), p: 'geheim\n' } });
  expect(code).toBe(0);
  expect(text).toContain('✓ Gekoppelt.');
  expect(text).toContain('✓ DATEVconnect antwortet.');
  expect(text).not.toContain('geheim');
  expect(text).not.toContain(hub.state.code);
  const pairing = await readPairing(world.folders);
  expect(pairing).toMatchObject({ server: hub.url, firmName: 'Kanzlei Nord', connectorId: hub.state.connectorId });
  expect(text).toContain(pairing?.fingerprint);
  expect((await readSettings(world.folders)).datev).toEqual({
    origin: datev.origin,
    auth: 'ntlm',
    user: 'K\\leser',
    pin: null,
  });
});

test('a Verbindungsdatei used twice, changed, of another server than expected, or none at all', async () => {
  const hub = await startFakeHub();
  const world = await testWorld();
  const install = (text: string, ...more: string[]) =>
    bruecke(world, ['install', '--file', 'v', ...more], { files: { v: text } });
  expect((await install(hub.connectionFile().replace('Kanzlei Nord', 'Kanzlei Süd'))).text).toContain(
    'Unterschrift stimmt nicht',
  );
  expect((await install('{}')).text).toContain('keine Verbindungsdatei');
  expect((await install(hub.connectionFile(), '--fingerprint', 'AAAA-BBBB')).text).toContain('Fingerabdruck');
  expect(hub.state.requests).toBe(0);
  expect((await install(hub.connectionFile())).code).toBe(0);
  const again = await install(hub.connectionFile());
  expect(again).toMatchObject({ code: 1, text: expect.stringContaining('schon benutzt') });
  // The pairing that works stays.
  expect(await readPairing(world.folders)).not.toBeNull();
  expect((await bruecke(world, ['install', '--file', 'none'])).code).toBe(1);
});

test('a person compares the server’s fingerprint: who says no is not paired', async () => {
  const hub = await startFakeHub();
  const world = await testWorld();
  const { code } = await bruecke(world, ['install', '--file', 'v'], {
    files: { v: hub.connectionFile() },
    answers: ['n'],
  });
  expect([code, hub.state.requests, await readPairing(world.folders)]).toEqual([1, 0, null]);
});

test('releases of one hub do not go over to another', async () => {
  const [hub, datev, world] = [await startFakeHub(), await startFakeDatev(), await testWorld()];
  const line = [
    'install',
    '--file',
    'v',
    '--datev-url',
    datev.origin,
    '--datev-user',
    'K\\leser',
    '--datev-password-stdin',
  ];
  await bruecke(world, line, { files: { v: hub.connectionFile() }, stdin: 'geheim' });
  await bruecke(world, ['release', guid]);
  Object.assign(hub.state, { codeUsed: false });
  await bruecke(world, ['install', '--file', 'v'], { files: { v: hub.connectionFile() } });
  expect(await readReleased(world.folders)).toHaveLength(1);
  const other = await startFakeHub();
  other.state.firmName = 'Kanzlei Süd';
  const { text } = await bruecke(world, ['install', '--file', 'v'], { files: { v: other.connectionFile() } });
  expect(text).toContain('zurückgenommen');
  expect(await readReleased(world.folders)).toEqual([]);
});

test('clients are shown, released and withdrawn; one that DATEV does not offer is not released', async () => {
  const datev = await startFakeDatev();
  const world = await testWorld();
  expect((await bruecke(world, ['clients'])).text).toContain('noch nicht eingerichtet');
  await bruecke(world, ['datev', '--datev-url', datev.origin, '--datev-user', 'K\\leser', '--datev-password-stdin'], {
    stdin: 'geheim\n',
  });
  expect((await bruecke(world, ['release', guid.toUpperCase()])).code).toBe(0);
  const { text } = await bruecke(world, ['clients']);
  expect(text).toMatch(new RegExp(`✓ +10001 +${guid} +Muster GmbH`));
  expect(text).toMatch(new RegExp(`\\n +10002 +${otherGuid} +Geheim AG`));
  const missing = await bruecke(world, ['release', otherGuid, 'b2d5a0c1-0000-4000-8000-0000000000ff']);
  expect(missing.code).toBe(1);
  expect((await readReleased(world.folders)).map(({ number }) => number)).toEqual(['10001']);
  expect((await bruecke(world, ['withdraw', guid])).code).toBe(0);
  expect((await bruecke(world, ['withdraw', guid])).code).toBe(1);
});

test('the key of DATEVconnect’s certificate is shown, pinned, and a changed one is pointed out', async () => {
  const identity = { ...own };
  const server = createServer(own, (_request, response) => response.end('"echo"'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  // It listens on TCP.
  const url = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const world = await testWorld();
  const answers = (trust: string) => ({ answers: [url, 'K\\leser', 'geheim', trust] });
  const first = await bruecke(world, ['datev'], answers('j'));
  const pin = createHash('sha256')
    .update(new X509Certificate(identity.cert).publicKey.export({ format: 'der', type: 'spki' }))
    .digest('base64');
  expect(first).toMatchObject({ code: 0, text: expect.stringContaining(pin) });
  expect((await readSettings(world.folders)).datev).toMatchObject({ auth: 'basic', pin });
  server.setSecureContext(own2);
  const doctor = await bruecke(world, ['doctor']);
  expect(doctor.text).toContain('Das Zertifikat ist ein anderes');
  const refused = await bruecke(world, ['datev'], answers('n'));
  expect(refused).toMatchObject({ code: 1, text: expect.stringContaining('anderer Schlüssel als bisher') });
  expect((await readSettings(world.folders)).datev).toMatchObject({ pin });
  expect((await openSecrets(world.folders, world.protection).read('datevPassword'))?.toString()).toBe('geheim');
});

test('an address that would show the password to the network is not taken', async () => {
  const world = await testWorld();
  for (const url of ['http://datev-server:58454', 'ftp://localhost', 'datev']) {
    const line = ['datev', '--datev-url', url, '--datev-user', 'u', '--datev-password-stdin'];
    expect((await bruecke(world, line, { stdin: 'x' })).code).toBe(2);
  }
});

test('the doctor says cause and remedy for what it finds, and 0 when all is well', async () => {
  const [hub, datev, world] = [await startFakeHub(), await startFakeDatev(), await testWorld()];
  const nothing = await bruecke(world, ['doctor']);
  expect(nothing.code).toBe(1);
  expect(nothing.text).toContain('Nicht gekoppelt');
  expect(nothing.text).toContain('DATEVconnect ist noch nicht eingerichtet');
  const line = [
    'install',
    '--file',
    'v',
    '--datev-url',
    datev.origin,
    '--datev-user',
    'K\\leser',
    '--datev-password-stdin',
  ];
  await bruecke(world, line, { files: { v: hub.connectionFile() }, stdin: 'geheim' });
  expect((await bruecke(world, ['doctor'])).text).toContain('Kein Mandant freigegeben');
  await bruecke(world, ['release', guid]);
  const well = await bruecke(world, ['doctor']);
  expect(well.text).toContain('✓ Der DATEV-Benutzer ist bekannt: Brücke Leser');
  expect(well.code).toBe(0);
  datev.state.broken = 401;
  hub.state.trouble = () => ({ status: 502 });
  const ill = await bruecke(world, ['doctor']);
  expect(ill.code).toBe(1);
  expect(ill.text).toContain('✗ Brücke ist gestört');
  expect(ill.text).toContain('✗ Windows lehnt die Anmeldung ab');
  expect(ill.text).toMatch(/Abhilfe: Einen technischen Windows-Benutzer/);
});

test('a clock that is far off is found', async () => {
  const hub = await startFakeHub();
  const world = await testWorld();
  await bruecke(world, ['install', '--file', 'v'], { files: { v: hub.connectionFile() } });
  const late = { ...world, now: () => new Date(Date.now() + 30 * 60_000) };
  expect((await bruecke(late, ['doctor'])).text).toContain('Die Uhr geht falsch');
});

test('status and unpair, on a machine that is paired and on one that is not', async () => {
  const hub = await startFakeHub();
  const world = await testWorld();
  expect(await bruecke(world, ['status'])).toMatchObject({ code: 1, text: expect.stringContaining('Nicht gekoppelt') });
  await bruecke(world, ['install', '--file', 'v'], { files: { v: hub.connectionFile() } });
  const { code, text } = await bruecke(world, ['status']);
  expect([code, text.includes(hub.url), text.includes('Kein Mandant freigegeben')]).toEqual([1, true, true]);
  expect((await bruecke(world, ['unpair'])).code).toBe(0);
  expect(await readPairing(world.folders)).toBeNull();
  expect(await openSecrets(world.folders, world.protection).read('connectorKey')).toBeNull();
  expect((await bruecke(world, ['unpair'])).text).toContain('War nicht gekoppelt');
});
