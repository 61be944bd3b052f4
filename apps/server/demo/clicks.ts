import type { FastifyInstance } from 'fastify';
import type { Services } from '../src/context.ts';
import { writeSessionCookie } from '../src/http/sessionCookie.ts';
import { type MailKind, mailText } from '../src/modules/notifications/index.ts';
import { beginSession } from '../src/modules/people/index.ts';
import { type Cast, people } from './people.ts';

/** Addresses that only the demo has: sign-ins by one click, and a mailbox that can be read. */
export async function addClicks(app: FastifyInstance, services: Services, cast: () => Cast | null): Promise<void> {
  for (const person of people) {
    app.get(`/demo/anmelden/${person.key}`, async (request, reply) => {
      const found = cast();
      if (!found)
        return reply
          .status(503)
          .type('text/plain; charset=utf-8')
          .send('Die Demo wird gerade eingerichtet. Bitte gleich noch einmal.');
      const from = { ip: request.ip, userAgent: request.headers['user-agent'] ?? null, sessionToken: null };
      const session = await services.withRole('auth', (tx) =>
        beginSession(tx, services, { userId: found.ids[person.key], state: 'signedIn', from }),
      );
      writeSessionCookie(reply, services.settings.publicUrl, session.token, session.expires);
      return reply.redirect('/', 302);
    });
  }
  app.get('/demo/postfach', async (_request, reply) => {
    const mails = await services.withRole('auth', (tx) =>
      tx.selectFrom('mails').selectAll().orderBy('created_at', 'desc').limit(100).execute(),
    );
    const texts = mails.map((mail) => {
      // Only queueMail writes mails, and only of these kinds.
      const { subject, text } = mailText(
        mail.kind as MailKind,
        mail.language,
        `${services.settings.publicUrl}${mail.link ?? ''}`,
      );
      return `${mail.created_at.toISOString()}  an ${mail.recipient}\n${subject}\n\n${text}`;
    });
    return reply.type('text/plain; charset=utf-8').send(texts.join(`\n\n${'-'.repeat(72)}\n\n`) || 'Noch keine Mails.');
  });
}
