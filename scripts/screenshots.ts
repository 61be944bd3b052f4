import { mkdirSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startDemo } from '../apps/server/demo/start.ts';
import { removeDataFolder } from '../apps/server/src/db/clusterFolder.ts';
import { idOfMandant } from '../apps/web/e2e/pages.ts';
import { open, openBrowser, signIn, visit } from '../apps/web/e2e/visitor.ts';

/** The pictures of README.md, from a fresh demo: `npm run screenshots`. */
const pictures = fileURLToPath(new URL('../docs/img', import.meta.url));
const mandant = 'Bäckerei Anton Huber GmbH';

mkdirSync(pictures, { recursive: true });
const dataFolder = mkdtempSync(join(tmpdir(), 'bruecke-pictures-'));
const demo = await startDemo({ dataFolder, port: 0, log: (line) => console.error(line) });
try {
  await demo.bringFigures();
  const browser = await openBrowser();
  const visitor = await visit(browser, demo.publicUrl);
  await signIn(visitor, 'kanzlei-admin');
  const id = await idOfMandant(visitor, mandant);
  await open(visitor, `/mandanten/${id}/belege`);
  // Everything handed in by the demo has arrived at the sandbox.
  await visitor.page.getByText('Wartet 0').waitFor();
  await visitor.page.screenshot({ path: join(pictures, 'belege.png') });
  await open(visitor, `/optionen/mandanten/${id}/verbindungen`);
  await visitor.page.setViewportSize({ width: 1280, height: 1080 });
  await visitor.page.screenshot({ path: join(pictures, 'verbindungen.png') });
  await open(visitor, `/mandanten/${id}/auswertungen`);
  await visitor.page.getByText('Die BWA stimmt mit den Salden überein').waitFor();
  await visitor.page.setViewportSize({ width: 1280, height: 860 });
  await visitor.page.screenshot({ path: join(pictures, 'auswertungen.png') });
  await browser.close();
  console.log('docs/img: belege.png, verbindungen.png, auswertungen.png');
} finally {
  await demo.stop();
  removeDataFolder(dataFolder);
}
process.exit();
