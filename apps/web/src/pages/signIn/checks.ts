import type { Texts } from '../../i18n/texts.ts';

/** Complaints before sending; the server decides, these only spare the way. */
export function checks({ signIn }: Texts) {
  return {
    required: (value: string) => (value.trim() === '' ? signIn.required : undefined),
    email: (value: string) => (/^\S+@\S+\.\S+$/.test(value.trim()) ? undefined : signIn.emailWrong),
    password: (value: string) => (value.length < 12 ? signIn.passwordShort : undefined),
    consultantNumber: (value: string) => (/^\d{4,7}$/.test(value.trim()) ? undefined : signIn.setUp.consultantWrong),
  };
}

/** The one-time token behind the # of the address; null when the link was cut off. */
export function tokenFrom(hash: string): string | null {
  const token = decodeURIComponent(hash.replace(/^#/, ''));
  return token.length >= 20 ? token : null;
}
