import { Type } from '@sinclair/typebox';
import type { Services } from '../../context.ts';
import type { Tx } from '../../db/withTenant.ts';
import { defineJob, enqueueJob } from '../../jobs/index.ts';
import type { MailKind, MailLanguage } from './texts.ts';

export const sendMailJob = defineJob('notifications.sendMail', Type.Object({ mailId: Type.String() }));

export type QueuedMail = {
  recipient: string;
  kind: MailKind;
  language: MailLanguage;
  /** Where the mail leads: a path of our pages (`/einladung#token`; tokens behind the #), else the start page. */
  link?: string;
};

/** Writes a mail in the caller's transaction; it leaves when that commits, or waits while no SMTP server is set. */
export async function queueMail(tx: Tx, services: Pick<Services, 'newId' | 'now'>, mail: QueuedMail): Promise<void> {
  const id = services.newId();
  await tx
    .insertInto('mails')
    .values({
      id,
      recipient: mail.recipient,
      kind: mail.kind,
      language: mail.language,
      link: mail.link ?? null,
      last_error: null,
      created_at: services.now(),
      sent_at: null,
    })
    .execute();
  await enqueueJob(tx, sendMailJob, { mailId: id }, { key: `mail:${id}` });
}
