import { randomBytes } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createOnPremSandbox, type OnPremSandbox, type OnPremServer, serveOnPrem } from '@bruecke/datev-sandbox';
import { addClicks } from '../../server/demo/clicks.ts';
import { freePort } from '../../server/demo/freePort.ts';
import { type Cast, ctxOf, layOutPeople } from '../../server/demo/people.ts';
import { consultantNumber } from '../../server/demo/world.ts';
import { type ConnectorProgram, layConnectorProgram } from '../../server/e2e/connectorProgram.ts';
import { compose } from '../../server/src/compose.ts';
import { readConfig } from '../../server/src/config.ts';
import { removeDataFolder } from '../../server/src/db/clusterFolder.ts';
import { createMandant } from '../../server/src/modules/firms/index.ts';

/** Numbers as Brücke has them; DATEV has the second one under another. */
export const fitting = { name: 'Bäckerei Anton Huber GmbH', number: 12, atDatev: 12, guid: guidOf(1) };
export const renumbered = { name: 'Café Morgenrot', number: 21, atDatev: 1021, guid: guidOf(2) };

/** What lies in the folder of installers, in place of the 35 MB that the build makes. */
export const installer = {
  name: 'bruecke-connector-0.1.0-x64.msi',
  bytes: Buffer.from('an installer, as far as downloading goes'),
};

export type DatevconnectWorld = {
  readonly origin: string;
  readonly password: string;
  readonly mandantIds: { readonly fitting: string; readonly renumbered: string };
  readonly datev: { readonly sandbox: OnPremSandbox; readonly server: OnPremServer };
  /** The real program, bundled, in a folder of its own. */
  readonly program: ConnectorProgram;
  stop(): Promise<void>;
};

/** The real server and the built pages with a firm that has no connector yet, DATEVconnect's sandbox, and the connector's program. */
export async function startDatevconnectWorld(): Promise<DatevconnectWorld> {
  const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-datevconnect-'));
  chmodSync(dataFolder, 0o711); // as root, PostgreSQL runs as another user, who must be able to pass
  const installers = join(dataFolder, 'installers');
  mkdirSync(installers);
  writeFileSync(join(installers, installer.name), installer.bytes);
  const password = randomBytes(12).toString('base64url');
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  let cast: Cast | null = null;
  const composed = await compose({
    config: readConfig({ BRUECKE_DATA: dataFolder, PORT: String(port), PUBLIC_URL: origin }, { randomBytes }),
    version: '0.1.0',
    log: (line) => {
      if (/error|given up/i.test(line)) console.error(line);
    },
    demo: true,
    webFolder: fileURLToPath(new URL('../dist', import.meta.url)),
    extend: (http, services) => addClicks(http, services, () => cast),
  });
  const { services } = composed;
  const found = await layOutPeople(services, password);
  cast = found;
  const admin = ctxOf(services, found, 'kanzlei-admin');
  const add = async ({ name, number }: typeof fitting) =>
    (await createMandant(admin, { firmId: found.firmId, name, mandantNumber: number })).answer.mandantId;
  const mandantIds = { fitting: await add(fitting), renumbered: await add(renumbered) };
  await services.withRole('auth', (tx) =>
    tx
      .insertInto('mandant_members')
      .values({
        mandant_id: mandantIds.fitting,
        user_id: found.ids['mandanten-admin'],
        role: 'admin',
        since: services.now(),
      })
      .execute(),
  );
  const datev = await startDatev();
  const program = await layConnectorProgram(await freePort());
  return {
    origin,
    password,
    mandantIds,
    datev,
    program,
    stop: async () => {
      await composed.stop();
      await datev.server.close();
      program.remove();
      removeDataFolder(dataFolder);
    },
  };
}

async function startDatev(): Promise<DatevconnectWorld['datev']> {
  const sandbox = createOnPremSandbox({
    user: 'KANZLEI\\bruecke',
    password: 'geheim: ß',
    books: [fitting, renumbered].map(({ name, atDatev, guid }) => ({
      seed: `pages ${name}`,
      guid,
      name,
      consultantNumber,
      clientNumber: atDatev,
      years: [
        { begin: '2025-01-01', end: '2025-12-31' },
        { begin: '2026-01-01', end: '2026-12-31' },
      ],
      postingsPerYear: 400,
      today: '2026-11-20',
    })),
  });
  return { sandbox, server: await serveOnPrem(sandbox) };
}

function guidOf(n: number): string {
  return `11111111-2222-4333-8444-${String(n).padStart(12, '0')}`;
}
