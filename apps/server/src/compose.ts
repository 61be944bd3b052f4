import { randomBytes, randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createDiscoveryCache } from '@bruecke/datev-online';
import type { HistoryKind } from '@bruecke/model';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import { abortableWait } from './abortableWait.ts';
import { openDiskBlobStore } from './blobs/disk.ts';
import type { BlobStore } from './blobs/store.ts';
import type { Config } from './config.ts';
import type { Services } from './context.ts';
import { startEmbeddedPostgres } from './db/embedded.ts';
import { startListening } from './db/listen.ts';
import type { MasterKeyCheck } from './db/masterKeyMark.ts';
import { connectionFromUrl, type OpenDatabase, openDatabase } from './db/openDatabase.ts';
import type { AppConnection } from './db/pool.ts';
import { SEALED_CHANNEL, type SealedNotice, startSealer } from './history/index.ts';
import { type AppOptions, createApp } from './http/app.ts';
import { type AccessNotice, createLiveHub, type LiveHub } from './http/live.ts';
import type { Route } from './http/route.ts';
import { type JobHandler, type Schedule, startWorker } from './jobs/index.ts';
import {
  accountingHandlers,
  accountingRoutes,
  accountingSchedules,
  FIGURES_CHANNEL,
  FIGURES_STATE_CHANNEL,
  figureReceivers,
  noteLooking,
} from './modules/accounting/index.ts';
import { connectionHandlers, connectionRoutes, connectionSchedules } from './modules/connections/index.ts';
import {
  CONNECTOR_CHANGED,
  CONNECTOR_WAKE,
  type ConnectorNotice,
  type ConnectorParts,
  clientsReceiver,
  connectorHandlers,
  connectorRoutes,
  connectorSchedules,
  createWakes,
  identifyConnector,
  probeReceiver,
  type Receivers,
  readTlsPin,
} from './modules/connectors/index.ts';
import { deliveryHandlers, deliveryRoutes, deliverySchedules } from './modules/deliveries/index.ts';
import { engagementsRoutes } from './modules/engagements/index.ts';
import { firmsRoutes } from './modules/firms/index.ts';
import { datevCallMs } from './modules/grants/index.ts';
import {
  type InstanceFacts,
  instanceHandlers,
  instanceRoutes,
  instanceSchedules,
  sealAnew,
} from './modules/instance/index.ts';
import { mandantenRoutes } from './modules/mandanten/index.ts';
import { createSmtpTransport, enqueueWaitingMails, mailHandlers } from './modules/notifications/index.ts';
import { identifyOrTell, peopleHandlers, peopleRoutes, peopleSchedules } from './modules/people/index.ts';
import { protocolRoutes } from './modules/protocol/index.ts';
import { startInspector, vouchersRoutes } from './modules/vouchers/index.ts';
import { createEncryption } from './secrets/encryption.ts';
import { readTlsChain } from './tlsChain.ts';

export type ComposeOptions = {
  config: Config;
  version: string;
  log: (line: string) => void;
  /** Folder of the built interface; absent: the API alone. */
  webFolder?: string;
  demo?: boolean;
  /** The earlier master keys are lost: the database takes those of the configuration in their place. */
  acceptMasterKeys?: boolean;
  /** Further addresses of the demo (one-click sign-ins, readable mailbox). */
  extend?: (app: FastifyInstance, services: Services) => Promise<void>;
};

export type Composed = {
  services: Services;
  database: OpenDatabase;
  live: LiveHub;
  /** Where the HTTP side listens; null for a worker. */
  address: string | null;
  stop(): Promise<void>;
};

type Stoppable = { stop(): Promise<void> };

/** Picks every implementation and starts what the role asks for. What fails on the way stops what runs already. */
export async function compose(options: ComposeOptions): Promise<Composed> {
  const { log } = options;
  const running: Stoppable[] = [];
  const stop = async () => {
    // In the opposite order of starting: nothing loses what it stands on.
    for (const part of running.splice(0).reverse()) await part.stop();
  };
  try {
    return await start(options, running, stop);
  } catch (error) {
    await stop().catch((stopError: unknown) => log(`stopping after a failed start: ${String(stopError)}`));
    throw error;
  }
}

async function start(options: ComposeOptions, running: Stoppable[], stop: () => Promise<void>): Promise<Composed> {
  const { config, log } = options;
  const onError = (error: unknown) => log(error instanceof Error ? (error.stack ?? error.message) : String(error));
  const encryption = createEncryption(config.secrets.masterKeys, (length) => randomBytes(length));
  const masterKeys = { encryption, accept: options.acceptMasterKeys ?? false };
  const database = await startDatabase(config, masterKeys, log, running);
  let workerId = 'none';
  const services: Services = {
    withTenant: database.withTenant,
    withRole: database.withRole,
    now: () => new Date(),
    wait: (milliseconds) => abortableWait(milliseconds, new AbortController().signal),
    newId: () => randomUUID(),
    randomBytes: (length) => randomBytes(length),
    fetch: (request) => fetch(request),
    newSignal: () => AbortSignal.timeout(datevCallMs),
    discoveryCache: createDiscoveryCache(),
    get workerId() {
      return workerId;
    },
    blobs: await openBlobs(config),
    encryption,
    signingKey: config.secrets.signingKey,
    instanceKey: config.secrets.instanceKey,
    log,
    settings: {
      publicUrl: config.http.publicUrl,
      uploadLimitBytes: config.uploadLimitBytes,
      demo: options.demo ?? false,
      version: options.version,
    },
  };
  if (config.role !== 'web') {
    const worker = await startBackground(config, services, database, running, onError);
    workerId = worker.id;
  }
  const live = createLiveHub({
    now: services.now,
    onLook: (ctx, mandantId) => void noteLooking(ctx, { mandantId }).catch(onError),
  });
  const address =
    config.role === 'worker' ? null : await startHttp(options, services, database, live, running, onError);
  return { services, database, live, address, stop };
}

/** The object store's client is loaded only where it is used: it is large. */
async function openBlobs(config: Config): Promise<BlobStore> {
  const common = { now: () => new Date(), newId: () => randomUUID() };
  if (!config.s3) return openDiskBlobStore({ ...common, folder: join(config.dataFolder, 'blobs') });
  const { openS3BlobStore } = await import('./blobs/s3.ts');
  return openS3BlobStore({ ...common, ...config.s3, temporaryFolder: join(config.dataFolder, 'arriving') });
}

async function startDatabase(
  config: Config,
  masterKeys: MasterKeyCheck,
  log: (line: string) => void,
  running: Stoppable[],
): Promise<OpenDatabase> {
  const admin =
    config.database.kind === 'external'
      ? connectionFromUrl(config.database.url)
      : await startEmbedded(config.dataFolder, config.database.adminPassword, log, running);
  const database = await openDatabase({
    admin,
    appPassword: config.secrets.databasePassword,
    masterKeys,
    migrationsFolder: config.migrationsFolder,
    poolSize: config.poolSize,
    log,
  });
  running.push({ stop: () => database.close() });
  return database;
}

async function startEmbedded(
  dataFolder: string,
  adminPassword: string,
  log: (line: string) => void,
  running: Stoppable[],
) {
  const postgres = await startEmbeddedPostgres({ dataFolder, adminPassword, log });
  running.push({ stop: () => postgres.stop() });
  return postgres.admin;
}

/** The queue, the sealer and the inspection of new vouchers. */
async function startBackground(
  config: Config,
  services: Services,
  database: OpenDatabase,
  running: Stoppable[],
  onError: (error: unknown) => void,
): Promise<{ id: string }> {
  const common = { wait: abortableWait, onError };
  running.push(
    startSealer({ ...common, tenancy: services, key: services.signingKey, now: services.now }),
    startInspector({ ...common, services }),
  );
  const worker = await startWorker({
    ...common,
    tenancy: services,
    connection: database.connection,
    now: services.now,
    random: Math.random,
    concurrency: config.workerConcurrency,
    handlers: allHandlers(config, services),
    schedules: allSchedules,
    log: (event) => {
      const what = event.error instanceof Error ? (event.error.stack ?? event.error.message) : '';
      services.log(
        `job ${event.task}, attempt ${event.attempt}: ${event.kind}${event.pause === undefined ? ', given up' : ''} ${what}`.trim(),
      );
    },
  });
  running.push(worker);
  if (config.mail) await enqueueWaitingMails(services);
  void leaveOldKeys(config, services).catch(onError);
  return worker;
}

/** Where more than one master key is given, the operator wants to get rid of the others. */
async function leaveOldKeys({ secrets }: Config, services: Services): Promise<void> {
  const [present, ...old] = secrets.masterKeys;
  if (old.length === 0) return;
  const { sealed, unreadable } = await sealAnew(services);
  services.log(
    `Master key ${present.id}: ${sealed} values sealed anew with it, ${unreadable} of unknown keys left as they are.`,
  );
  services.log(
    `Not needed any more, once every process runs with ${present.id}: ${old.map(({ id }) => id).join(', ')}.`,
  );
}

function allHandlers(config: Config, services: Services): JobHandler[] {
  return [
    ...deliveryHandlers(services, { atDatev: config.workerConcurrency }),
    ...connectionHandlers(services),
    ...connectorHandlers(services),
    ...accountingHandlers(services),
    ...mailHandlers(services, config.mail ? createSmtpTransport(config.mail) : null),
    ...peopleHandlers(services),
    ...instanceHandlers(services),
  ];
}

const allSchedules: Schedule[] = [
  ...deliverySchedules,
  ...connectionSchedules,
  ...connectorSchedules,
  ...accountingSchedules,
  ...peopleSchedules,
  ...instanceSchedules,
];

async function startHttp(
  options: ComposeOptions,
  services: Services,
  database: OpenDatabase,
  live: LiveHub,
  running: Stoppable[],
  onError: (error: unknown) => void,
): Promise<string> {
  const { config } = options;
  const parts = connectorParts(config);
  running.push(startListener({ connection: database.connection, live, wakes: parts.wakes }, onError));
  const app = await createApp({
    services,
    routes: allRoutes(
      {
        embeddedDatabase: config.database.kind === 'embedded',
        startedAt: services.now(),
        mailConfigured: config.mail !== undefined,
        receiptKeys: config.secrets.verifyKeys,
      },
      parts,
    ),
    identify: (given) => identifyOrTell(services, given),
    identifyConnector: (request) => identifyConnector(services, request),
    live,
    readiness: readinessOf(services, database),
    trustedProxies: config.http.trustedProxies,
    ...(options.webFolder ? { webFolder: options.webFolder } : {}),
    ...(options.extend ? { extend: options.extend } : {}),
  } satisfies AppOptions);
  const address = await app.listen({ host: config.http.host, port: config.http.port });
  running.push({
    stop: async () => {
      live.close();
      parts.wakes.wakeAll();
      await app.close();
    },
  });
  return address;
}

/** What is done with the answers to each kind of order. */
export const orderReceivers: Receivers = { ...figureReceivers, probe: probeReceiver, listClients: clientsReceiver };

function connectorParts(config: Config): ConnectorParts {
  const { publicTls: configured, http } = config;
  return {
    receivers: orderReceivers,
    wakes: createWakes(abortableWait),
    readPin: () => readTlsPin({ publicUrl: http.publicUrl, configured, readChain: readTlsChain }),
    installersFolder: config.installersFolder,
  };
}

/** Every route there is, one per endpoint of the contract. */
export function allRoutes(facts: InstanceFacts, parts: ConnectorParts): Route[] {
  return [
    ...peopleRoutes,
    ...firmsRoutes,
    ...mandantenRoutes,
    ...engagementsRoutes,
    ...protocolRoutes,
    ...connectionRoutes,
    ...connectorRoutes(parts),
    ...accountingRoutes,
    ...vouchersRoutes,
    ...deliveryRoutes,
    ...instanceRoutes(facts),
  ];
}

/** Notices of all processes, handed to the streams and waits of this one. */
export function startListener(
  given: { connection: AppConnection; live: LiveHub; wakes: ConnectorParts['wakes'] },
  onError: (error: unknown) => void,
): Stoppable {
  const { live, wakes } = given;
  const changed = (notice: AccessNotice) => void live.accessChanged(notice).catch(onError);
  return startListening({
    connection: given.connection,
    wait: abortableWait,
    onError,
    channels: {
      // Written by our own sealer and triggers, with exactly these shapes.
      [SEALED_CHANNEL]: (payload) => {
        const notice = JSON.parse(payload) as SealedNotice;
        const [, of, id] = /^(mandant|firm):(.+)$/.exec(notice.scope) ?? [];
        const kinds = notice.kinds as HistoryKind[];
        if (id) live.tell(of === 'firm' ? { firmId: id, kinds } : { mandantId: id, kinds });
      },
      [CONNECTOR_CHANGED]: (payload) => {
        const { firmId, mandantIds } = JSON.parse(payload) as ConnectorNotice;
        if (firmId) live.tell({ firmId, topics: ['connectors'] });
        for (const mandantId of mandantIds) live.tell({ mandantId, topics: ['connectors', 'connections'] });
      },
      [FIGURES_CHANNEL]: (mandantId) => live.tell({ mandantId, topics: ['figures'] }),
      [FIGURES_STATE_CHANNEL]: (mandantId) => live.tell({ mandantId, topics: ['figures', 'connections'] }),
      [CONNECTOR_WAKE]: (payload) => wakes.wake(payload),
      access_changed: (payload) => changed(JSON.parse(payload) as AccessNotice),
      session_ended: (payload) => live.sessionEnded(payload),
    },
    onReconnect: () => {
      changed({ mandantId: null, userId: null });
      wakes.wakeAll();
    },
  });
}

function readinessOf(services: Services, database: OpenDatabase): AppOptions['readiness'] {
  return {
    database: () => database.ping(),
    blobs: () => services.blobs.check(),
    // Ready when some worker of the instance has said so within its silence limit.
    queue: async () => {
      const { rows } = await services.withRole('dispatcher', (tx) =>
        sql<{
          alive: boolean;
        }>`select exists (select from workers where seen_at > now() - interval '15 seconds') as alive`.execute(tx),
      );
      if (!rows[0]?.alive) throw new Error('no worker is alive');
    },
  };
}
