import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { createTestServices, day, type TestServices } from '../../testServices.ts';
import { queueMail } from './queueMail.ts';
import { enqueueWaitingMails, sendMail } from './sendMail.ts';
import type { OutgoingMail, SendResult } from './smtpTransport.ts';
import { mailKinds, mailText } from './texts.ts';

let db: TestDatabase;
let services: TestServices;
beforeAll(async () => {
  db = await createTestDatabase();
  services = createTestServices(db);
});
afterAll(() => db.close());
beforeEach(async () => {
  await db.sql('delete from mails');
  await db.sql('delete from graphile_worker._private_jobs');
});

const sent: OutgoingMail[] = [];
const answering = (result: SendResult) => ({
  send: async (mail: OutgoingMail) => {
    sent.push(mail);
    return result;
  },
});
const stored = async () => {
  const [row] = await db.sql<{ id: string; state: string; link: string | null; last_error: string | null }>(
    'select * from mails',
  );
  if (!row) throw new Error('no mail');
  return row;
};
const write = () =>
  services.withRole('auth', (tx) =>
    queueMail(tx, services, {
      recipient: 'a@example.com',
      kind: 'passwordReset',
      language: 'de',
      link: '/passwort#abc',
    }),
  );

describe('mails', () => {
  it('say in both languages a sentence and an address, and name nobody', () => {
    for (const kind of mailKinds) {
      for (const language of ['de', 'en'] as const) {
        const { subject, text } = mailText(kind, language, 'https://x.example/y');
        expect(subject.length).toBeGreaterThan(10);
        expect(text).toMatch(/\n\nhttps:\/\/x\.example\/y\n\n/);
        expect(text).not.toMatch(/\$\{|undefined/);
      }
    }
  });

  it('wait without a transport, with their link and one job', async () => {
    await write();
    const mail = await stored();
    expect(await sendMail(services, null, mail.id)).toBeUndefined();
    expect(await stored()).toMatchObject({ state: 'waiting', link: '/passwort#abc' });
    await db.sql('delete from graphile_worker._private_jobs');
    expect(await enqueueWaitingMails(services)).toBe(1);
    expect(await db.sql('select * from graphile_worker._private_jobs')).toHaveLength(1);
  });

  it('leave with the full address, and the link is forgotten', async () => {
    await write();
    const { id } = await stored();
    expect(await sendMail(services, answering({ state: 'sent' }), id)).toBeUndefined();
    expect(sent.at(-1)).toMatchObject({ to: 'a@example.com', subject: 'Neues Passwort für Brücke' });
    expect(sent.at(-1)?.text).toContain('https://bruecke.example/passwort#abc');
    expect(await stored()).toMatchObject({ state: 'sent', link: null, last_error: null });
    const count = sent.length;
    await sendMail(services, answering({ state: 'sent' }), id);
    expect(sent).toHaveLength(count);
  });

  it('try again when the server is away, for three days; a refusal is final', async () => {
    await write();
    const { id } = await stored();
    const away = answering({ state: 'unreachable', why: 'ECONNREFUSED' });
    expect(await sendMail(services, away, id)).toEqual({ retry: 'network' });
    expect(await stored()).toMatchObject({ state: 'waiting', last_error: 'ECONNREFUSED' });
    services.clock.forward(3 * day + 1);
    expect(await sendMail(services, away, id)).toBeUndefined();
    expect(await stored()).toMatchObject({ state: 'failed', link: null });
    await db.sql('delete from mails');
    await write();
    await sendMail(services, answering({ state: 'rejected', why: 'SMTP 550 (EENVELOPE)' }), (await stored()).id);
    expect(await stored()).toMatchObject({ state: 'failed', last_error: 'SMTP 550 (EENVELOPE)' });
  });
});
