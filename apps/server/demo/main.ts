import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { removeDataFolder } from '../src/db/clusterFolder.ts';
import { told } from '../src/told.ts';
import { journeyAlone } from './journeyAlone.ts';
import { type Demo, startDemo } from './start.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

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

function welcome(demo: Demo): string {
  const at = (key: string) => `${demo.publicUrl}/demo/anmelden/${key}`;
  return `
Brücke (Demo)  ${demo.publicUrl}

  Kanzlei-Admin     Petra Lang      ${at('kanzlei-admin')}
  Kanzleinutzer     Meike Scholz    ${at('kanzleinutzer')}
  Mandanten-Admin   Anton Huber     ${at('mandanten-admin')}
  Betreiber         Ole Brandt      ${at('betreiber')}

  Postfach          ${demo.publicUrl}/demo/postfach
  Konnektor         ${demo.statusUrl}
  Passwort der Demo-Personen (nur auf diesem Rechner): ${demo.password}

Strg-C beendet alles. Die Daten bleiben in ./data/demo; neu beginnen: npm run demo -- --fresh
`;
}

async function main(): Promise<void> {
  const options = readOptions(process.argv.slice(2));
  if (!options) return void process.stdout.write(help);
  const log = (line: string) => console.log(line);
  if (options.journey) process.exit(await journeyAlone(options.journey, { say: log, log: console.error }));
  const dataFolder = join(root, 'data/demo');
  if (options.fresh) removeDataFolder(dataFolder);
  const demo = await startDemo({ dataFolder, port: options.port, log });
  log(welcome(demo));
  let ending = false;
  demo
    .bringFigures()
    .then((count) => {
      log(`Auswertungen: ${count} Mandanten haben ihre Zahlen aus DATEVconnect.`);
      return demo.keepBooking();
    })
    .catch((error: unknown) => ending || console.error('Konnektor oder Buchhaltung der Demo laufen nicht:', error));
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      ending = true;
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

main().catch((error: unknown) => {
  console.error(told(error));
  process.exit(1);
});
