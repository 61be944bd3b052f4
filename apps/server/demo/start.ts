import { randomBytes, randomUUID } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createSandbox, openFolder, type Sandbox, serve } from '@bruecke/datev-sandbox';
import { type ConnectorProgram, layConnectorProgram } from '../e2e/connectorProgram.ts';
import { type Composed, compose } from '../src/compose.ts';
import { type Config, readConfig } from '../src/config.ts';
import { setDatevSettings } from '../src/modules/instance/index.ts';
import { version } from '../src/version.ts';
import { createBookkeeper } from './bookkeeper.ts';
import { addClicks } from './clicks.ts';
import { bringFigures, type FiguresParts } from './figures.ts';
import { startFirmServer } from './firmServer.ts';
import { freePort } from './freePort.ts';
import { keepBooking } from './keepBooking.ts';
import { type Cast, ctxOf, findCast, layOutPeople } from './people.ts';
import { seedMandanten } from './seed.ts';
import { app, demoWorld } from './world.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const webFolder = join(root, 'apps/web/dist');

export type Demo = {
  composed: Composed;
  sandbox: Sandbox;
  cast: Cast;
  publicUrl: string;
  password: string;
  /** The firm's own server, its bookkeeper, and the connector between it and Brücke. */
  figures: FiguresParts;
  /** Where the running connector shows its status. */
  statusUrl: string;
  /** Starts the connector and brings the figures onto the pages; answers how many Mandanten have them. Takes longer than a first page may. */
  bringFigures(): Promise<number>;
  /** The firm books what arrives at DATEV while the demo runs. Ends by throwing, when the demo stops. */
  keepBooking(): Promise<never>;
  stop(): Promise<void>;
};

/**
 * Server, worker and both DATEVs, cloud and firm's server, in one process. The connector is the real program, with a process and a folder
 * of its own; it starts when somebody asks for the figures.
 */
export async function startDemo(options: {
  dataFolder: string;
  port: number;
  log: (line: string) => void;
}): Promise<Demo> {
  mkdirSync(options.dataFolder, { recursive: true, mode: 0o711 });
  const secrets = readSecrets(join(options.dataFolder, 'demo.json'));
  // A person finds the usual addresses; of several demos that start at once (tests) each takes any, or two would find the same one free.
  const portLike = (usual: number) => freePort(options.port === 0 ? 0 : usual);
  const datevs = await startBothDatevs(options.dataFolder, secrets, portLike);
  const { sandbox, firmServer } = datevs;
  const statusPort = await portLike(58_460);
  const port = await freePort(options.port);
  const publicUrl = `http://localhost:${port}`;
  const config = configOf(options.dataFolder, port, publicUrl);
  let cast: Cast | null = null;
  let laid: Promise<ConnectorProgram> | null = null;
  const stopping = new AbortController();
  const composed = await compose({
    config,
    version,
    log: options.log,
    demo: true,
    ...(existsSync(webFolder) ? { webFolder } : {}),
    extend: (http, services) => addClicks(http, services, () => cast),
  });
  const stop = async () => {
    stopping.abort();
    // One that could not even be laid down is told where it was asked for.
    await laid?.then(
      (connector) => connector.stop(),
      () => undefined,
    );
    await composed.stop();
    await datevs.close();
  };
  try {
    const { services } = composed;
    const known = await findCast(services);
    const found = known ?? (await layOutPeople(services, secrets.password));
    const clientId = app.clientId;
    const redirectUri = `${publicUrl}/api/v1/datev/callback`;
    await setDatevSettings(ctxOf(services, found, 'betreiber'), {
      settings: { environment: 'other', ...datevs.settings, clientId, redirectUri },
      clientSecret: secrets.clientSecret,
    });
    if (!known) await seedMandanten(services, found, sandbox);
    cast = found;
    const figures: FiguresParts = {
      publicUrl,
      firmId: found.firmId,
      firmServer,
      bookkeeper: createBookkeeper(services, firmServer.control, datevs.today),
      connector: () => (laid ??= layConnectorProgram(statusPort, join(options.dataFolder, 'connector'))),
    };
    return {
      composed,
      sandbox,
      cast: found,
      publicUrl,
      password: secrets.password,
      figures,
      statusUrl: `http://127.0.0.1:${statusPort}/`,
      bringFigures: () => bringFigures(figures, stopping.signal),
      keepBooking: () => keepBooking(figures, stopping.signal),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** DATEV's cloud, kept in the data folder, and the firm's own server, whose books are made anew and end today. */
async function startBothDatevs(dataFolder: string, secrets: DemoSecrets, portLike: (usual: number) => Promise<number>) {
  const folder = openFolder(join(dataFolder, 'datev'));
  const sandbox = createSandbox({
    seed: randomUUID(),
    clock: () => Date.now(),
    world: demoWorld(secrets.clientSecret),
    ...folder.hooks,
  });
  folder.attach(sandbox);
  const cloud = await serve(sandbox, { port: await portLike(4800), controlPort: await portLike(4801) });
  const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Berlin' }).format(Date.now());
  const firmServer = await startFirmServer({ password: secrets.datevPassword, port: await portLike(58_452), today });
  const close = async () => {
    await firmServer.close();
    await cloud.close();
    folder.close();
  };
  return { sandbox, settings: cloud.settings, firmServer, today, close };
}

function configOf(dataFolder: string, port: number, publicUrl: string): Config {
  const environment = {
    BRUECKE_DATA: dataFolder,
    // As `npm run build:connector` leaves them; without them the page says that there are none.
    BRUECKE_INSTALLERS: join(root, 'dist/connector'),
    PORT: String(port),
    PUBLIC_URL: publicUrl,
  };
  return readConfig(environment, { randomBytes });
}

type DemoSecrets = { clientSecret: string; password: string; datevPassword: string };

/** Made once per data folder; there are no default passwords, not even here. */
function readSecrets(path: string): DemoSecrets {
  const secret = (length: number) => randomBytes(length).toString('base64url');
  const made: DemoSecrets = { clientSecret: secret(24), password: secret(12), datevPassword: secret(12) };
  const kept: unknown = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : {};
  // A folder of an earlier version lacks what came later.
  const secrets = { ...made, ...Object(kept) };
  writeFileSync(path, JSON.stringify(secrets), { mode: 0o600 });
  return secrets;
}
