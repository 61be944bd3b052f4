/** How large a company is, worked out from the number of its account postings: small ones write few, larger invoices. Cents a year. */
export type Scale = {
  readonly turnover: number;
  /** Too small for a payroll in detail, a loan, cost centres and batches for each kind of document. */
  readonly small: boolean;
  /** Debtors, and as many creditors. */
  readonly partners: number;
  /** Sales, purchases and payments on the spot in a year of 365 days. */
  readonly deals: number;
};

/** Lines of accounts that a deal with all that follows from it makes, counted over generated books (makeBooks.test.ts holds it to that). */
const linesPerDeal = 4.75;
const linesOfRoutine = { small: 169, large: 400 } as const;

export function scaleOf(postingsPerYear: number): Scale {
  const small = postingsPerYear < 1_000;
  const partners = Math.min(400, Math.max(6, Math.round(Math.sqrt(postingsPerYear))));
  // Each partner with a balance has two lines when a year opens.
  const routine = small ? linesOfRoutine.small : linesOfRoutine.large + partners * 2;
  return {
    turnover: Math.round(150_000_00 * Math.sqrt(postingsPerYear / 200)),
    small,
    partners,
    deals: Math.max(10, Math.round((postingsPerYear - routine) / linesPerDeal)),
  };
}
