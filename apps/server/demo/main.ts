import { randomBytes, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { createSandbox, openFolder, type Sandbox, serve } from '@bruecke/datev-sandbox';
import { type Composed, compose } from '../src/compose.ts';
import { readConfig } from '../src/config.ts';
import { setDatevSettings } from '../src/modules/instance/index.ts';
import { version } from '../src/version.ts';
import { addClicks } from './clicks.ts';
import { runJourney } from './journey.ts';
import { type Cast, ctxOf, findCast, layOutPeople } from './people.ts';
import { seedMandanten } from './seed.ts';
import { app, demoWorld } from './world.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const webFolder = join(root, 'apps/web/dist');

const help = `npm run demo                       one firm, twelve Mandanten and a DATEV of their own, kept in ./data/demo
npm run demo -- --fresh            begin anew
npm run demo -- --port 9000        another port
npm run demo -- --journey FOLDER   the whole way without a person, with every file of the folder, in a folder of its own
`;

type Options = { port: number; journey: string | undefined; fresh: boolean };

function readOptions(args: string[]): Options | null {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      port: { type: 'string' },
      journey: { type: 'boolean' },
      fresh: { type: 'boolean' },
      help: { type: 'boolean' },
    },
  });
  if (values.help) return null;
  const folder = positionals[0] ?? '../shared/vouchers';
  return {
    port: Number(values.port ?? process.env['PORT'] ?? 8080),
    journey: values.journey ? resolve(process.env['INIT_CWD'] ?? root, folder) : undefined,
    fresh: values.fresh ?? false,
  };
}

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

function welcome(demo: Demo): string {
  const at = (key: string) => `${demo.publicUrl}/demo/anmelden/${key}`;
  return `
Brücke (Demo)  ${demo.publicUrl}

  Kanzlei-Admin     Petra Lang      ${at('kanzlei-admin')}
  Kanzleinutzer     Meike Scholz    ${at('kanzleinutzer')}
  Mandanten-Admin   Anton Huber     ${at('mandanten-admin')}
  Betreiber         Ole Brandt      ${at('betreiber')}

  Postfach          ${demo.publicUrl}/demo/postfach
  Passwort der Demo-Personen (nur auf diesem Rechner): ${demo.password}

Strg-C beendet alles. Die Daten bleiben in ./data/demo; neu beginnen: npm run demo -- --fresh
`;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) return void process.stdout.write(help);
  const log = (line: string) => console.log(line);
  if (options.journey) {
    const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-journey-'));
    // As root, PostgreSQL runs as another user, who must be able to pass.
    chmodSync(dataFolder, 0o711);
    const demo = await startDemo({ dataFolder, port: 0, log: (line) => console.error(line) });
    const ok = await runJourney(demo, options.journey).finally(() => demo.stop());
    rmSync(dataFolder, { recursive: true, force: true });
    process.exit(ok ? 0 : 1);
  }
  const dataFolder = join(root, 'data/demo');
  if (options.fresh) rmSync(dataFolder, { recursive: true, force: true });
  const demo = await startDemo({ dataFolder, port: options.port, log });
  log(welcome(demo));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      log('Beende …');
      demo.stop().then(
        () => process.exit(0),
        (error: unknown) => {
          console.error(error);
          process.exit(1);
        },
      );
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
