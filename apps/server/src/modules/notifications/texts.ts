/** Every mail that Brücke sends. None names a Mandant, a firm or a person: even the existence of a mandate is secret. */
export const mailKinds = [
  'staffInvitation',
  'memberInvitation',
  'firmInvitation',
  'passwordReset',
  'signInLocked',
  'signInChanged',
  'engagementAccepted',
  'engagementEnded',
  'authorisationLost',
  'actionNeeded',
] as const;
export type MailKind = (typeof mailKinds)[number];
export type MailLanguage = 'de' | 'en';

type Text = { readonly subject: string; readonly sentence: string };

const german: Record<MailKind, Text> = {
  staffInvitation: {
    subject: 'Ihre Einladung zu Brücke',
    sentence: 'Sie wurden zu Brücke eingeladen. Der Link gilt sieben Tage und nur einmal.',
  },
  memberInvitation: {
    subject: 'Ihre Einladung zu Brücke',
    sentence: 'Sie wurden zu Brücke eingeladen. Der Link gilt sieben Tage und nur einmal.',
  },
  firmInvitation: {
    subject: 'Ihre Einladung zur Zusammenarbeit in Brücke',
    sentence: 'Sie wurden zur Zusammenarbeit in Brücke eingeladen. Melden Sie sich an, um zu sehen, worum es geht.',
  },
  passwordReset: {
    subject: 'Neues Passwort für Brücke',
    sentence:
      'Mit diesem Link setzen Sie ein neues Passwort. Er gilt eine Stunde und nur einmal. Wenn Sie ihn nicht angefordert haben, brauchen Sie nichts zu tun.',
  },
  signInLocked: {
    subject: 'Anmeldung bei Brücke gesperrt',
    sentence:
      'Nach mehreren falschen Versuchen ist die Anmeldung für 15 Minuten gesperrt, meist nur für den Anschluss, von dem sie kamen. Waren Sie das nicht, melden Sie sich bitte an und ändern Sie Ihr Passwort.',
  },
  signInChanged: {
    subject: 'Ihre Anmeldung bei Brücke wurde geändert',
    sentence:
      'Die Art, wie Sie sich anmelden, wurde geändert. Waren Sie das nicht, melden Sie sich an und prüfen Sie Ihr Profil, oder setzen Sie Ihr Passwort zurück.',
  },
  engagementAccepted: {
    subject: 'Eine Einladung in Brücke wurde angenommen',
    sentence: 'Eine Ihrer Einladungen wurde angenommen. Melden Sie sich an, um den nächsten Schritt zu sehen.',
  },
  engagementEnded: {
    subject: 'Eine Zusammenarbeit in Brücke wurde beendet',
    sentence: 'Eine Zusammenarbeit wurde beendet. Melden Sie sich an, um das Protokoll zu sehen.',
  },
  authorisationLost: {
    subject: 'Eine DATEV-Freigabe muss erneuert werden',
    sentence:
      'Eine DATEV-Freigabe gilt nicht mehr; bis zur Erneuerung warten Belege. Melden Sie sich an, um sie zu erneuern.',
  },
  actionNeeded: {
    subject: 'In Brücke wartet etwas auf Sie',
    sentence: 'In Brücke wartet etwas auf Ihre Entscheidung. Melden Sie sich an, um es zu sehen.',
  },
};

const english: Record<MailKind, Text> = {
  staffInvitation: {
    subject: 'Your invitation to Brücke',
    sentence: 'You have been invited to Brücke. The link is valid for seven days and works once.',
  },
  memberInvitation: {
    subject: 'Your invitation to Brücke',
    sentence: 'You have been invited to Brücke. The link is valid for seven days and works once.',
  },
  firmInvitation: {
    subject: 'Your invitation to work together in Brücke',
    sentence: 'You have been invited to work together in Brücke. Sign in to see what it is about.',
  },
  passwordReset: {
    subject: 'New password for Brücke',
    sentence:
      'With this link you set a new password. It is valid for one hour and works once. If you did not ask for it, there is nothing to do.',
  },
  signInLocked: {
    subject: 'Sign-in to Brücke locked',
    sentence:
      'After several wrong attempts sign-in is locked for 15 minutes, mostly only for the network they came from. If it was not you, please sign in and change your password.',
  },
  signInChanged: {
    subject: 'Your sign-in to Brücke was changed',
    sentence:
      'The way you sign in was changed. If it was not you, sign in and check your profile, or reset your password.',
  },
  engagementAccepted: {
    subject: 'An invitation in Brücke was accepted',
    sentence: 'One of your invitations was accepted. Sign in to see the next step.',
  },
  engagementEnded: {
    subject: 'A collaboration in Brücke has ended',
    sentence: 'A collaboration has ended. Sign in to see the record of it.',
  },
  authorisationLost: {
    subject: 'A DATEV-Freigabe has to be renewed',
    sentence: 'A DATEV-Freigabe is no longer valid; vouchers wait until it is renewed. Sign in to renew it.',
  },
  actionNeeded: {
    subject: 'Something waits for you in Brücke',
    sentence: 'Something in Brücke waits for your decision. Sign in to see it.',
  },
};

const reasons: Record<MailLanguage, string> = {
  de: 'Wegen der Verschwiegenheit nennt diese Mail keine Namen. Bitte antworten Sie nicht auf sie.',
  en: 'For professional secrecy this mail names nobody. Please do not reply to it.',
};

/** Subject and plain text of a mail: a sentence and an address to go to. */
export function mailText(kind: MailKind, language: MailLanguage, address: string): { subject: string; text: string } {
  const { subject, sentence } = (language === 'de' ? german : english)[kind];
  return { subject, text: `${sentence}\n\n${address}\n\n${reasons[language]}\n` };
}
