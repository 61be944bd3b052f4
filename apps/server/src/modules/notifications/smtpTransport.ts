import { createTransport } from 'nodemailer';

export type OutgoingMail = {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};
/** Sends one mail; `rejected`: the server refuses it for good (SMTP 5xx), trying again cannot help. */
export type SendResult =
  | { readonly state: 'sent' }
  | { readonly state: 'rejected' | 'unreachable'; readonly why: string };
export type MailTransport = { send(mail: OutgoingMail): Promise<SendResult> };

/** Sends over SMTP. `url`: `smtp://user:password@host:587` or `smtps://…`; `from`: the sender's address. */
export function createSmtpTransport(options: { url: string; from: string }): MailTransport {
  const transport = createTransport(options.url, { from: options.from });
  const domain = options.from.split('@').at(-1)?.replace(/>.*$/, '') ?? 'localhost';
  return {
    send: async ({ id, to, subject, text }) => {
      try {
        // A fixed message id: a mail sent twice (a crash between sending and noting it) is one mail to the reader.
        const headers = { 'auto-submitted': 'auto-generated' };
        await transport.sendMail({ to, subject, text, messageId: `<${id}@${domain}>`, headers });
        return { state: 'sent' };
      } catch (error) {
        return failureOf(error);
      }
    },
  };
}

/** Codes only: a server's own sentence may repeat the text of the mail, which nobody but its reader is to see. */
function failureOf(error: unknown): SendResult {
  const status = numberOf(error, 'responseCode');
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'unknown';
  const why = status === null ? code : `SMTP ${status} (${code})`;
  // Wrong credentials (535) are the operator's to put right; the mail itself is fine and waits.
  const rejected = status !== null && status >= 500 && code !== 'EAUTH';
  return { state: rejected ? 'rejected' : 'unreachable', why };
}

function numberOf(error: unknown, key: string): number | null {
  if (typeof error !== 'object' || error === null || !(key in error)) return null;
  const value = Reflect.get(error, key);
  return typeof value === 'number' ? value : null;
}
