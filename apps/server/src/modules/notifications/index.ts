export { type QueuedMail, queueMail } from './queueMail.ts';
export { addressOf, enqueueWaitingMails, mailHandlers } from './sendMail.ts';
export { createSmtpTransport, type MailTransport } from './smtpTransport.ts';
export { type MailKind, mailText } from './texts.ts';
