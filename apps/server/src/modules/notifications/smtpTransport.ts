import { createTransport } from 'nodemailer';

export type OutgoingMail = {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
};
/**
 * Sends one mail; `rejected`: the server takes no mail for this address, or not this mail, and trying again cannot help. All else, set-up
 * that has to be put right included, is `unreachable`. `why`: codes for the operator, never words of the server or of the mail.
 */
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

/** Not about the mail but about how we came: TLS or sign-in missing or wrong (RFC 3207, 4954), relaying and other policy (RFC 3463, X.7.X). */
const aboutSetup = /^(?:530|534|535|538)|^\d{3}[ -]5\.7\.|relay|authenticat/i;

/** Codes only: a server's own sentence may repeat the text of the mail, which nobody but its reader is to see. */
function failureOf(error: unknown): SendResult {
  const { code, command, response, responseCode: status } = partsOf(error);
  if (status === null) return { state: 'unreachable', why: code };
  const enhanced = /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(response)?.[1];
  const why = ['SMTP', status, ...(enhanced ? [enhanced] : []), ...(command ? [command] : []), `(${code})`].join(' ');
  // Before a recipient was named nothing was said about the mail: the sender's address, the sign-in, the server itself.
  const isAboutMail = (command === 'RCPT TO' || command === 'DATA') && !aboutSetup.test(response);
  return { state: status >= 500 && isAboutMail ? 'rejected' : 'unreachable', why };
}

/** What nodemailer says of a failure, whose types promise nothing. */
function partsOf(error: unknown): { code: string; command: string; response: string; responseCode: number | null } {
  const of = (key: string): unknown =>
    typeof error === 'object' && error !== null ? Reflect.get(error, key) : undefined;
  const text = (key: string) => {
    const value = of(key);
    return typeof value === 'string' ? value : '';
  };
  const status = of('responseCode');
  return {
    code: text('code') || 'unknown',
    command: text('command'),
    response: text('response'),
    responseCode: typeof status === 'number' ? status : null,
  };
}
