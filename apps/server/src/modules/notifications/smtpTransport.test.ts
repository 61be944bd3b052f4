import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { createSmtpTransport, type OutgoingMail } from './smtpTransport.ts';

/**
 * As much of RFC 5321 as one mail needs; recipients that begin with "no" are refused for good, with "later" for now, and
 * whatever `answers` names gets that answer.
 */
async function withMailServer<T>(
  work: (url: string, received: string[]) => Promise<T>,
  answers: Readonly<Record<string, string>> = {},
): Promise<T> {
  const received: string[] = [];
  const server = createServer((socket) => {
    const say = (line: string) => socket.write(`${line}\r\n`);
    let lines: string[] | null = null;
    say('220 test');
    createInterface({ input: socket }).on('line', (line) => {
      if (lines) {
        if (line !== '.') return void lines.push(line);
        received.push(lines.join('\n'));
        lines = null;
        return void say(answers['.'] ?? '250 taken');
      }
      const command = line.slice(0, 4).toUpperCase();
      if (answers[command]) return void say(answers[command]);
      if (command === 'RCPT' && line.includes('<no')) return void say('550 no such mailbox: text of the mail');
      if (command === 'RCPT' && line.includes('<later')) return void say('451 busy');
      if (command === 'DATA') {
        lines = [];
        return void say('354 go on');
      }
      if (command === 'QUIT') return void socket.end('221 bye\r\n');
      say('250 ok');
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    return await work(`smtp://127.0.0.1:${port}`, received);
  } finally {
    server.close();
  }
}

const mail: OutgoingMail = { id: 'a1', to: 'anna@example.com', subject: 'Grüße', text: 'Ein Satz.\n' };
const from = 'Brücke <bruecke@example.org>';

describe('sending over SMTP', () => {
  it('delivers subject and text under an id of its own', async () => {
    await withMailServer(async (url, received) => {
      expect(await createSmtpTransport({ url, from }).send(mail)).toEqual({ state: 'sent' });
      expect(received).toHaveLength(1);
      expect(received[0]).toMatch(/^Message-ID: <a1@example\.org>$/m);
      expect(received[0]).toMatch(/^To: anna@example\.com$/m);
      expect(received[0]).toContain('Ein Satz.');
    });
  });

  it('tells a refusal for good from one for now, and keeps the server’s sentence out', async () => {
    await withMailServer(async (url) => {
      const transport = createSmtpTransport({ url, from });
      const refused = await transport.send({ ...mail, to: 'nobody@example.com' });
      expect(refused).toEqual({ state: 'rejected', why: 'SMTP 550 RCPT TO (EENVELOPE)' });
      expect(await transport.send({ ...mail, to: 'later@example.com' })).toMatchObject({ state: 'unreachable' });
    });
  });

  const sendTo = (answers: Record<string, string>) =>
    withMailServer((url) => createSmtpTransport({ url, from }).send(mail), answers);

  it.each([
    [{ MAIL: '530 Authentication required' }, 'SMTP 530 MAIL FROM (EENVELOPE)'],
    [{ MAIL: '530 5.7.0 Must issue a STARTTLS command first' }, 'SMTP 530 5.7.0 MAIL FROM (EENVELOPE)'],
    [{ MAIL: '550 5.1.0 Sender rejected' }, 'SMTP 550 5.1.0 MAIL FROM (EENVELOPE)'],
    [{ RCPT: '554 relay access denied' }, 'SMTP 554 RCPT TO (EENVELOPE)'],
    [{ RCPT: '554 5.7.1 <anna@example.com>: Relay access denied' }, 'SMTP 554 5.7.1 RCPT TO (EENVELOPE)'],
    [{ RCPT: '550 relay not permitted' }, 'SMTP 550 RCPT TO (EENVELOPE)'],
    [{ RCPT: '538 Encryption required' }, 'SMTP 538 RCPT TO (EENVELOPE)'],
    [{ '.': '550 5.7.60 not allowed to send as this sender' }, 'SMTP 550 5.7.60 DATA (EMESSAGE)'],
    [{ EHLO: '554 go away', HELO: '554 go away' }, 'SMTP 554 HELO (EPROTOCOL)'],
  ])('takes %o for a matter of set-up, which waits for the operator', async (answers, why) => {
    expect(await sendTo(answers)).toEqual({ state: 'unreachable', why });
  });

  it.each([
    [{ RCPT: '550 5.1.1 no such user' }, 'SMTP 550 5.1.1 RCPT TO (EENVELOPE)'],
    [{ RCPT: '552 mailbox full' }, 'SMTP 552 RCPT TO (EENVELOPE)'],
    [{ '.': '554 not this mail' }, 'SMTP 554 DATA (EMESSAGE)'],
  ])('takes %o for the last word about this mail', async (answers, why) => {
    expect(await sendTo(answers)).toEqual({ state: 'rejected', why });
  });

  it('says when nobody answers', async () => {
    const url = await withMailServer(async (gone) => gone);
    expect(await createSmtpTransport({ url, from }).send(mail)).toMatchObject({ state: 'unreachable' });
  });
});
