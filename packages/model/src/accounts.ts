import type { TechnicalAccount } from './figures.ts';

/** Lengths in which general-ledger accounts are shown; subledger accounts (debtors, creditors) have one digit more. */
const shortest = 4;
const longest = 8;
/** From here on a technical account is one of the subledger (nine digits). */
const firstOfSubledger = 100_000_000;
const firstCreditor = 700_000_000;

export type AccountClass = 'general' | 'debtor' | 'creditor';

/** Which ledger a technical account belongs to; debtors are 1…6, creditors 7…9 by DATEV's convention. */
export function accountClass(account: TechnicalAccount): AccountClass {
  if (account < firstOfSubledger) return 'general';
  return account < firstCreditor ? 'debtor' : 'creditor';
}

/**
 * The account as people know it: `44000000` is `4400` at length 4, `270000` is `0027`, `100010000` is `10001`. Digits beyond the length are
 * shown where they are not zero, so that no two accounts look the same.
 */
export function accountNumber(account: TechnicalAccount, accountLength: number): string {
  const subledger = account >= firstOfSubledger;
  const digits = String(account).padStart(subledger ? longest + 1 : longest, '0');
  const shown = Math.min(Math.max(accountLength, shortest), longest) + (subledger ? 1 : 0);
  return /[1-9]/.test(digits.slice(shown)) ? digits.replace(/0+$/, '') : digits.slice(0, shown);
}
