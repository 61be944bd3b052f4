import { chromium } from 'playwright-core';
import { readyBrowser } from './scripts/testBrowser.ts';
const b = await readyBrowser(() => {}); if (!('path' in b)) throw 1;
const browser = await chromium.launch({ executablePath: b.path, args: ['--no-sandbox','--disable-gpu'] });
const c = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: 'de-DE' });
const page = await c.newPage();
await page.goto('http://localhost:9000/demo/anmelden/kanzleinutzer'); await page.waitForLoadState('networkidle');
const cookies = await c.cookies();
// end the session from outside
const other = await browser.newContext(); await other.addCookies(cookies); const p2 = await other.newPage();
await p2.goto('http://localhost:9000/'); await p2.waitForLoadState('networkidle');
await p2.evaluate(async () => { const me = await (await fetch('/api/v1/auth/me')).json(); const r = await fetch('/api/v1/auth/sign-out', { method: 'POST', headers: { 'x-csrf-token': me.csrfToken } }); console.log(r.status); document.title = String(r.status); });
console.log(await p2.title());
await page.waitForTimeout(2500);
await page.screenshot({ path: '/tmp/z-dlg.png' });
await browser.close();
