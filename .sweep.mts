import { chromium } from 'playwright-core';
import { readyBrowser } from './scripts/testBrowser.ts';
const b = await readyBrowser(() => {}); if (!('path' in b)) throw 1;
const browser = await chromium.launch({ executablePath: b.path, args: ['--no-sandbox','--disable-gpu','--disable-background-networking'] });
const [w, scheme, locale, prefix, full] = process.argv.slice(2);
const ctxs = new Map<string, any>();
const list: [string,string,string][] = JSON.parse(process.argv[7] ?? '[]');
for (const [who, path, name] of list) {
  let page = ctxs.get(who);
  if (!page) { const c = await browser.newContext({ viewport: { width: Number(w), height: 860 }, colorScheme: scheme as any, locale }); page = await c.newPage(); ctxs.set(who, page);
    if (who !== 'none') { await page.goto(`http://localhost:9000/demo/anmelden/${who}`); await page.waitForLoadState('networkidle'); } }
  let p = path;
  if (path.includes('$M:')) { // $M:Name
    const n = /\$M:([^/]+)/.exec(path)![1]!;
    const id = await page.evaluate(async (n: string) => { const r = await fetch('/api/v1/mandanten?limit=100'); const j = await r.json(); const l = j.mandanten ?? j.rows ?? j.items ?? j; return (l.find((x: any) => x.name.includes(n)) ?? {}).id; }, n);
    p = path.replace(/\$M:[^/]+/, id);
  }
  await page.goto('http://localhost:9000' + p); await page.waitForLoadState('networkidle').catch(()=>{}); await page.waitForTimeout(700);
  await page.screenshot({ path: `${prefix}${name}.png`, fullPage: full === 'full' });
  const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  console.log(name, p, over > 0 ? `OVERFLOW ${over}` : '');
}
await browser.close();
