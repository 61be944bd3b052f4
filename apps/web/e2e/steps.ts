import { expect } from 'vitest';
import { findBarriersInBothSchemes } from './accessible.ts';
import { idOfMandant } from './pages.ts';
import { open, settled, type Visitor } from './visitor.ts';

/** Options → Mandantenstammdaten → ⋮ → Verbindungen, word for word. */
export async function goToConnections({ page }: Visitor, mandant: string): Promise<void> {
  await page.getByRole('link', { name: 'Mandantenstammdaten' }).first().click();
  await page.getByRole('button', { name: `Aktionen für ${mandant}` }).click();
  await page.getByRole('menuitem', { name: 'Verbindungen' }).click();
  await page.getByRole('heading', { level: 1, name: 'Verbindungen' }).waitFor();
  await settled(page);
}

/** The first sign-in at DATEV; ends on the page where the Bestand is chosen. */
export async function signInAtDatev({ page }: Pick<Visitor, 'page'>): Promise<void> {
  await page.getByRole('button', { name: 'Mit DATEV verbinden' }).click();
  await consentAtDatev(page);
  await page.getByRole('heading', { level: 1, name: 'Mit DATEV verbinden' }).waitFor();
  await settled(page);
}

/** Both sign-ins at DATEV, on the sandbox's own pages; ends on the page Verbindungen. */
export async function connectAtDatev({ page }: Visitor): Promise<void> {
  await signInAtDatev({ page });
  expect(await findBarriersInBothSchemes(page)).toEqual([]);
  await page.getByRole('button', { name: 'Diesen Bestand wählen' }).first().click();
  await consentAtDatev(page);
  await page.waitForURL(/\/verbindungen(\?datev=ok)?$/);
  await settled(page);
}

/** On the sandbox's own pages: who signs in, with what, and the consent. */
export async function consentAtDatev(page: Visitor['page']): Promise<void> {
  await page.getByRole('heading', { name: 'Anmelden' }).waitFor();
  await page.getByText('DATEV-Sandbox', { exact: false }).first().waitFor();
  await page.getByRole('radio', { name: /^SmartLogin/ }).check();
  await page.getByRole('radio', { name: /^Petra Lang/ }).check();
  await page.getByRole('button', { name: 'Weiter' }).click();
  await page.getByRole('heading', { name: 'Zugriff erlauben' }).waitFor();
  await page.getByRole('button', { name: 'Zustimmen' }).click();
}

export async function openVouchers(visitor: Visitor, mandant: string): Promise<void> {
  await open(visitor, `/mandanten/${await idOfMandant(visitor, mandant)}/belege`);
}

/** A small PDF that is like no other: duplicates would be asked about. */
export function pdf(text: string): Buffer {
  const content = `BT /F1 20 Tf 60 700 Td (${text}) Tj ET`;
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R >> >> /Contents 4 0 R >>',
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const offset = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const table = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const start = file.length;
  file += `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  return Buffer.from(file, 'latin1');
}

/** Confirms the act: by password where the server wants to know afresh who it is, else nothing is asked. */
export async function confirmAfresh({ page }: Visitor, password: string, thenHeading: string): Promise<void> {
  const dialog = page.getByRole('dialog', { name: 'Anmeldung bestätigen' });
  const done = page.getByRole('heading', { name: thenHeading });
  await dialog.or(done).first().waitFor();
  if (await dialog.isVisible()) {
    await dialog.getByLabel('Passwort', { exact: true }).fill(password);
    await dialog.getByRole('button', { name: 'Bestätigen', exact: true }).click();
  }
  await done.waitFor();
}
