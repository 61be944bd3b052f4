import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { removeDataFolder } from '../src/db/clusterFolder.ts';
import { told } from '../src/told.ts';
import { journeyAlone } from './journeyAlone.ts';
import { readOptions } from './options.ts';
import { type Demo, startDemo } from './start.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

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
  const options = readOptions(process.argv.slice(2), {
    from: process.env['INIT_CWD'] ?? root,
    port: process.env['PORT'],
  });
  if ('say' in options) {
    process[options.code === 0 ? 'stdout' : 'stderr'].write(options.say);
    process.exit(options.code);
  }
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
