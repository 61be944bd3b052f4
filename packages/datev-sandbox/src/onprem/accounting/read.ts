import type { Form, Found, Options } from '../answer.ts';
import type { Books, Year } from '../books/types.ts';

/** A call below a fiscal year. */
export type YearCall = {
  readonly books: Books;
  readonly year: Year;
  /** What stands in the path for each `*`, in order. */
  readonly ids: readonly string[];
  readonly query: URLSearchParams;
  readonly form: Form;
};

export type YearRead = Options & { readonly read: (call: YearCall) => Found };

/** Reads by their path below the fiscal year, `*` for an id. */
export type YearReads = Readonly<Record<string, YearRead>>;

export const comparable = ['eq', 'ge', 'le'] as const;
