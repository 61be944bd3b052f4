import { mkdirSync } from 'node:fs';
import { createServer } from 'vite';
import { findBrowser, launchBrowser } from './browser.ts';

/**
 * Pictures of the building blocks in light, dark, narrow and wide:
 * `npx tsx apps/web/e2e/gallery.ts [folder]`. For the eyes of whoever changes the looks.
 */
const folder = process.argv[2] ?? 'gallery-pictures';
const found = findBrowser();
if (!found.found) throw new Error(found.reason);
mkdirSync(folder, { recursive: true });
const server = await createServer({ configFile: `${import.meta.dirname}/../vite.config.ts`, server: { port: 5199 } });
await server.listen();
const browser = await launchBrowser(found.path);
try {
  for (const [name, width, scheme] of [
    ['light', 1280, 'light'],
    ['dark', 1280, 'dark'],
    ['phone', 360, 'light'],
  ] as const) {
    const page = await browser.newPage({ viewport: { width, height: 900 }, colorScheme: scheme });
    page.on('pageerror', (error) => console.error(error));
    page.on('console', (line) => line.type() === 'error' && console.error(line.text()));
    await page.goto('http://localhost:5199/gallery.html');
    await page.waitForSelector('h1');
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: `${folder}/${name}.png`, fullPage: true });
    await page.getByRole('button', { name: 'Trennen …' }).click();
    await page.waitForSelector('[role=alertdialog]');
    await page.screenshot({ path: `${folder}/${name}-dialog.png` });
    await page.close();
  }
} finally {
  await browser.close();
  await server.close();
}
