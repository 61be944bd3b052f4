import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { openFolder } from './folder.ts';
import { createOnPremSandbox, type OnPremSandbox } from './onprem/sandbox.ts';
import { seedBooks } from './onprem/seedBooks.ts';
import { type OnPremServer, serveOnPrem } from './onprem/serve.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';
import { seedWorld } from './seed-world.ts';
import { type SandboxServer, serve } from './serve.ts';
import { clientIdOf } from './world.ts';

const HELP = `datev-sandbox: DATEV's cloud interfaces and DATEVconnect on a firm's server, on this machine and without DATEV

  --port N               the cloud (default 4800; 0 takes any free port)
  --control-port N       its control API (default 4801)
  --host ADDRESS         of the cloud, default 127.0.0.1
  --firm-port N          DATEVconnect over HTTPS, Basic or NTLM (default 58452)
  --firm-http-port N     DATEVconnect over HTTP, NTLM alone (default 58454)
  --firm-control-port N  control API of the firm's server (default 4802)
  --seed TEXT            clients, people, books, the app and its secret follow from it (default 1)
  --data DIR             keep documents, tokens and settings of the cloud there; a restart finds them, and then the folder's world counts
  --help                 this text
`;

/** The command. Exit code 2 for wrong arguments. */
async function main(args: string[]): Promise<void> {
  const options = readArguments(args);
  if (options === undefined) return;
  const folder = options.data === undefined ? undefined : openFolder(options.data);
  const sandbox = createSandbox({
    // Only the world follows from the seed: were the tokens the same after a restart, a consumer's old ones would hit new sessions.
    seed: randomUUID(),
    world: seedWorld(options.seed),
    clock: () => Date.now(),
    ...folder?.hooks,
  });
  const found = folder?.attach(sandbox);
  const server = await serve(sandbox, options);
  const firm = createOnPremSandbox(
    seedBooks(options.seed, sandbox.control.world(), new Date().toISOString().slice(0, 10), (clientId) =>
      sandbox.control.arrived({ clientId }).map(({ id }) => id),
    ),
  );
  const firmServer = await serveOnPrem(firm, { ...options.firm, clock: () => Date.now() });
  const lines = [...cloudSummary(sandbox, server, found?.documents), '', ...firmSummary(firm, firmServer)];
  console.log([...lines, '', 'Ctrl-C stops.'].join('\n'));

  const stop = async (): Promise<void> => {
    await Promise.all([server.close(), firmServer.close()]);
    folder?.close();
    process.exit(0);
  };
  process.once('SIGINT', () => void stop());
  process.once('SIGTERM', () => void stop());
}

type Options = {
  host: string;
  port: number;
  controlPort: number;
  firm: { port: number; httpPort: number; controlPort: number };
  seed: string;
  data?: string;
};

function readArguments(args: string[]): Options | undefined {
  try {
    const { values } = parseArgs({
      args,
      options: {
        port: { type: 'string', default: '4800' },
        'control-port': { type: 'string', default: '4801' },
        host: { type: 'string', default: '127.0.0.1' },
        'firm-port': { type: 'string', default: '58452' },
        'firm-http-port': { type: 'string', default: '58454' },
        'firm-control-port': { type: 'string', default: '4802' },
        seed: { type: 'string', default: '1' },
        data: { type: 'string' },
        help: { type: 'boolean', default: false },
      },
    });
    if (values.help) {
      console.log(HELP);
      return undefined;
    }
    return {
      host: values.host,
      port: portNumber(values.port),
      controlPort: portNumber(values['control-port']),
      firm: {
        port: portNumber(values['firm-port']),
        httpPort: portNumber(values['firm-http-port']),
        controlPort: portNumber(values['firm-control-port']),
      },
      seed: values.seed,
      ...(values.data === undefined ? {} : { data: values.data }),
    };
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n\n${HELP}`);
    process.exitCode = 2;
    return undefined;
  }
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!/^\d{1,5}$/.test(text) || port > 65_535) throw new Error(`not a port: ${text}`);
  return port;
}

function cloudSummary(sandbox: Sandbox, server: SandboxServer, documents: number | undefined): string[] {
  const { apps, clients, people } = sandbox.control.world();
  const app = apps[0];
  return [
    `Issuer               ${server.settings.issuer}`,
    `accounting:clients   ${server.settings.accountingClientsUrl}`,
    `accounting:documents ${server.settings.accountingDocumentsUrl}`,
    `Connected apps       ${server.settings.connectedAppsUrl}`,
    `Control API          ${server.controlUrl}`,
    '',
    `App                  ${app?.name ?? 'none'}`,
    `  client id          ${app?.clientId ?? ''}`,
    `  client secret      ${app?.clientSecret ?? ''}`,
    `  redirect addresses ${app?.redirectUris.join(' ') ?? ''}`,
    '',
    'Clients',
    ...clients.map(
      (client) => `  ${clientIdOf(client).padEnd(16)} ${client.name}${client.stock ? '' : '  (no stock)'}`,
    ),
    '',
    'People',
    ...people.map((person) => {
      const count = Object.keys(person.access).length;
      return `  ${person.id.padEnd(32)} ${person.media.join(', ')}, ${count} client${count === 1 ? '' : 's'}`;
    }),
    ...(documents === undefined ? [] : ['', `Documents found in the folder: ${documents}`]),
  ];
}

function firmSummary({ user, password, control }: OnPremSandbox, server: OnPremServer): string[] {
  return [
    `DATEVconnect         ${server.origin}`,
    `  NTLM over HTTP     ${server.httpOrigin}`,
    `  control API        ${server.controlUrl}`,
    `  Windows user       ${user}`,
    `  password           ${password}`,
    '',
    'Books on the firm’s server',
    ...control
      .books()
      .map(
        ({ guid, name, consultantNumber, clientNumber, chart }) =>
          `  ${guid}  ${`${consultantNumber}-${clientNumber}`.padEnd(16)} SKR0${chart}  ${name}`,
      ),
  ];
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
});
