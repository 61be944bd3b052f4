import { sql } from 'kysely';
import type { Services } from '../../context.ts';
import { enqueueJob, handleJob, type JobHandler, type JobOutcome } from '../../jobs/index.ts';
import { hashToken } from '../../secrets/encryption.ts';
import { sendMailJob } from './queueMail.ts';
import type { MailTransport, SendResult } from './smtpTransport.ts';
import { type MailKind, mailKinds, mailText } from './texts.ts';

const hour = 3_600_000;
/**
 * How long a mail is of use, in milliseconds: as long as its link is good, or what it tells is so. What lasts is told late rather than
 * never, but not after a month, when it would only puzzle.
 */
const usefulFor: Record<MailKind, number> = {
  staffInvitation: 7 * 24 * hour,
  memberInvitation: 7 * 24 * hour,
  firmInvitation: 7 * 24 * hour,
  engagementAccepted: 7 * 24 * hour,
  passwordReset: hour,
  signInLocked: hour / 4,
  signInChanged: 30 * 24 * hour,
  engagementEnded: 30 * 24 * hour,
  authorisationLost: 30 * 24 * hour,
  actionNeeded: 30 * 24 * hour,
};

/** The sender's job. Without a transport mails wait in the database. */
export function mailHandlers(services: Services, transport: MailTransport | null): JobHandler[] {
  return [handleJob(sendMailJob, ({ mailId }) => sendMail(services, transport, mailId))];
}

/**
 * Sends one waiting mail; one that is of no use any more fails instead, with the reason (`tooOld`, or `linkEnded`: used, withdrawn or
 * replaced) and what kept it before. May send twice when the process dies between sending and noting it; the message id is the same.
 */
export async function sendMail(
  services: Services,
  transport: MailTransport | null,
  mailId: string,
): Promise<JobOutcome> {
  if (!transport) return undefined;
  const mail = await services.withRole('dispatcher', (tx) =>
    tx.selectFrom('mails').selectAll().where('id', '=', mailId).where('state', '=', 'waiting').executeTakeFirst(),
  );
  if (!mail) return undefined;
  const kind = kindOf(mail.kind);
  const useless = await whyUseless(services, mail, kind);
  const { subject, text } = mailText(kind, mail.language, addressOf(services, mail.link));
  const result = useless
    ? rejectedAfter(mail, useless)
    : await transport.send({ id: mail.id, to: mail.recipient, subject, text });
  const state = result.state === 'sent' ? 'sent' : result.state === 'rejected' ? 'failed' : 'waiting';
  await services.withRole('dispatcher', (tx) =>
    tx
      .updateTable('mails')
      .set({
        state,
        attempts: useless ? mail.attempts : mail.attempts + 1,
        last_error: result.state === 'sent' ? null : result.why,
        sent_at: state === 'sent' ? services.now() : null,
        // A link that has left (or never will) is of no use here, only to a thief.
        ...(state === 'waiting' ? {} : { link: null }),
      })
      .where('id', '=', mailId)
      .execute(),
  );
  return state === 'waiting' ? { retry: 'network' } : undefined;
}

async function whyUseless(
  services: Services,
  mail: { created_at: Date; link: string | null },
  kind: MailKind,
): Promise<'tooOld' | 'linkEnded' | null> {
  if (services.now().getTime() - mail.created_at.getTime() >= usefulFor[kind]) return 'tooOld';
  const [, token] = mail.link?.split('#') ?? [];
  if (token === undefined) return null;
  const { rows } = await services.withRole('dispatcher', (tx) =>
    sql<{ ended: boolean }>`select link_has_ended(${hashToken(token)}) as ended`.execute(tx),
  );
  return rows[0]?.ended ? 'linkEnded' : null;
}

function rejectedAfter({ last_error }: { last_error: string | null }, reason: string): SendResult {
  return { state: 'rejected', why: last_error ? `${reason}; ${last_error}` : reason };
}

/** At start: mails that were written while there was no SMTP server get their job again. Returns how many wait. */
export async function enqueueWaitingMails(services: Services): Promise<number> {
  return services.withRole('dispatcher', async (tx) => {
    const rows = await tx
      .selectFrom('mails')
      .select('id')
      .where('state', '=', 'waiting')
      .orderBy('created_at')
      .execute();
    for (const { id } of rows) await enqueueJob(tx, sendMailJob, { mailId: id }, { key: `mail:${id}` });
    return rows.length;
  });
}

/** A kind of an older version that this one no longer knows still leads its reader to the sign-in. */
function kindOf(stored: string): MailKind {
  return mailKinds.find((kind) => kind === stored) ?? 'actionNeeded';
}

/** Full address of what a mail leads to. */
export function addressOf(services: Pick<Services, 'settings'>, link: string | null): string {
  return link === null ? services.settings.publicUrl : new URL(link, `${services.settings.publicUrl}/`).href;
}
