import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../../db/testDatabase.ts';
import { testFirms } from '../../testFirms.ts';
import { createTestServices, ctxOf, day, minute, type TestServices } from '../../testServices.ts';
import { inviteFirm } from '../engagements/inviteFirm.ts';
import { withdrawFirmInvitation } from '../engagements/withdrawInvitation.ts';
import { inviteStaff } from '../firms/inviteStaff.ts';
import { queueMail } from './queueMail.ts';
import { enqueueWaitingMails, sendMail } from './sendMail.ts';
import type { OutgoingMail, SendResult } from './smtpTransport.ts';
import { type MailKind, mailKinds, mailText } from './texts.ts';

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
const write = (kind: MailKind = 'passwordReset', link = '/passwort#abc') =>
  services.withRole('auth', (tx) =>
    queueMail(tx, services, { recipient: 'a@example.com', kind, language: 'de', link }),
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

  it('try again while the server is away or wants something put right; a refusal is final', async () => {
    await write();
    const { id } = await stored();
    const away = answering({ state: 'unreachable', why: 'SMTP 530 MAIL FROM (EENVELOPE)' });
    expect(await sendMail(services, away, id)).toEqual({ retry: 'network' });
    expect(await stored()).toMatchObject({
      state: 'waiting',
      last_error: 'SMTP 530 MAIL FROM (EENVELOPE)',
      link: '/passwort#abc',
    });
    await db.sql('delete from mails');
    await write();
    await sendMail(services, answering({ state: 'rejected', why: 'SMTP 550 (EENVELOPE)' }), (await stored()).id);
    expect(await stored()).toMatchObject({ state: 'failed', last_error: 'SMTP 550 (EENVELOPE)' });
  });

  it.each([
    ['passwordReset', 60 * minute],
    ['signInLocked', 15 * minute],
    ['staffInvitation', 7 * day],
    ['memberInvitation', 7 * day],
    ['firmInvitation', 7 * day],
    ['authorisationLost', 30 * day],
  ] as const)(
    'of the kind %s leave as long as they are of use, then fail unsent, with the reason',
    async (kind, useful) => {
      await write(kind);
      const { id } = await stored();
      services.clock.forward(useful - 1);
      const away = answering({ state: 'unreachable', why: 'ECONNREFUSED' });
      expect(await sendMail(services, away, id)).toEqual({ retry: 'network' });
      const count = sent.length;
      services.clock.forward(1);
      expect(await sendMail(services, away, id)).toBeUndefined();
      expect(sent).toHaveLength(count);
      expect(await stored()).toMatchObject({
        state: 'failed',
        link: null,
        last_error: 'tooOld; ECONNREFUSED',
        attempts: 1,
      });
    },
  );

  it('do not leave when the link was replaced, withdrawn or used meanwhile', async () => {
    const make = testFirms(db, services);
    const firm = await make.firm('Kanzlei Nord');
    const { id: mandantId } = await make.mandant('Bäckerei Korn');
    const boss = await make.member(mandantId, 'Clara Korn');
    const toFirm = { firmId: firm.id, email: 'neu@example.com', role: 'user' as const, mayManageConnections: false };
    await inviteStaff(ctxOf(services, firm.admin), toFirm);
    await inviteStaff(ctxOf(services, firm.admin), toFirm);
    const invited = await inviteFirm(ctxOf(services, boss), {
      mandantId,
      email: 'kanzlei@example.com',
      accessFrom: '2026-01-01',
    });
    await withdrawFirmInvitation(ctxOf(services, boss), { mandantId, invitationId: invited.answer.id });
    const mails = await db.sql<{ id: string }>('select id from mails order by id');
    const count = sent.length;
    for (const { id } of mails) await sendMail(services, answering({ state: 'sent' }), id);
    expect(sent.slice(count).map(({ to }) => to)).toEqual(['neu@example.com']);
    expect(await db.sql('select state, last_error, link from mails order by id')).toEqual([
      { state: 'failed', last_error: 'linkEnded', link: null },
      { state: 'sent', last_error: null, link: null },
      { state: 'failed', last_error: 'linkEnded', link: null },
    ]);
  });

  it('that waited too long for a server to be set say just that', async () => {
    await write();
    const { id } = await stored();
    services.clock.forward(90 * day);
    await sendMail(services, answering({ state: 'sent' }), id);
    expect(await stored()).toMatchObject({ state: 'failed', link: null, last_error: 'tooOld', attempts: 0 });
  });
});
