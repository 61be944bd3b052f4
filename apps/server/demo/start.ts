import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSandbox, openFolder, type Sandbox, serve } from '@bruecke/datev-sandbox';
import { type Composed, compose } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { setDatevSettings } from '../src/modules/instance/index.ts';
import { version } from '../src/version.ts';
import { addClicks } from './clicks.ts';
import { type Cast, ctxOf, findCast, layOutPeople } from './people.ts';
import { seedMandanten } from './seed.ts';
import { app, demoWorld } from './world.ts';

const webFolder = fileURLToPath(new URL('../../web/dist', import.meta.url));

export type Demo = {
  composed: Composed;
  sandbox: Sandbox;
  cast: Cast;
  publicUrl: string;
  password: string;
  stop(): Promise<void>;
};

/** Server, worker and DATEV's sandbox in one process. */
export async function startDemo(options: {
  dataFolder: string;
  port: number;
  log: (line: string) => void;
}): Promise<Demo> {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o711 });
  const secrets = readSecrets(join(options.dataFolder, 'demo.json'));
  const folder = openFolder(join(options.dataFolder, 'datev'));
  const sandbox = createSandbox({
    seed: randomUUID(),
    clock: () => Date.now(),
    world: demoWorld(secrets.clientSecret),
    ...folder.hooks,
  });
  folder.attach(sandbox);
  const datev = await serve(sandbox, { port: await freePort(4800), controlPort: await freePort(4801) });
  const port = await freePort(options.port);
  const publicUrl = `http://localhost:${port}`;
  const config = readConfig(
    { BRUECKE_DATA: options.dataFolder, PORT: String(port), PUBLIC_URL: publicUrl },
    { randomBytes },
  );
  let cast: Cast | null = null;
  const composed = await compose({
    config,
    version,
    log: options.log,
    demo: true,
    ...(existsSync(webFolder) ? { webFolder } : {}),
    extend: (http, services) => addClicks(http, services, () => cast),
  });
  const stop = async () => {
    await composed.stop();
    await datev.close();
    folder.close();
  };
  try {
    const { services } = composed;
    const known = await findCast(services);
    const found = known ?? (await layOutPeople(services, secrets.password));
    await setDatevSettings(ctxOf(services, found, 'betreiber'), {
      settings: {
        environment: 'other',
        ...datev.settings,
        clientId: app.clientId,
        redirectUri: `${publicUrl}/api/v1/datev/callback`,
      },
      clientSecret: secrets.clientSecret,
    });
    if (!known) await seedMandanten(services, found, sandbox);
    cast = found;
    return { composed, sandbox, cast: found, publicUrl, password: secrets.password, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Made once per data folder; there are no default passwords, not even here. */
function readSecrets(path: string): { clientSecret: string; password: string } {
  if (!existsSync(path)) {
    const made = {
      clientSecret: randomBytes(24).toString('base64url'),
      password: randomBytes(12).toString('base64url'),
    };
    writeFileSync(path, JSON.stringify(made), { mode: 0o600 });
  }
  return JSON.parse(readFileSync(path, 'utf8')) as { clientSecret: string; password: string };
}

/** The wanted port, or any free one where it is taken. */
async function freePort(wanted: number): Promise<number> {
  const tryPort = (port: number) =>
    new Promise<number | null>((done) => {
      const server = createServer();
      server.once('error', () => done(null));
      server.listen(port, '127.0.0.1', () => {
        const address = server.address();
        server.close(() => done(typeof address === 'object' && address ? address.port : null));
      });
    });
  return (await tryPort(wanted)) ?? (await tryPort(0)) ?? wanted;
}
