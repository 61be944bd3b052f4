import { type ErrorCode, errorCodes, type Sentence } from '@bruecke/model';

export type RefusalDetails = {
  /** A sentence of this very case, e.g. naming the limit that was passed. */
  detail?: Sentence;
  /** Help address from DATEV's own answer (requirement G-31). */
  helpUrl?: string;
  fields?: { path: string; message: string }[];
  retryAfterSeconds?: number;
  /** The part of a connector's rows that is expected next. */
  expected?: number;
  cause?: unknown;
};

/**
 * "No", with a stable code that the model knows. Thrown inside a transaction, so that a refused verb leaves nothing behind;
 * the HTTP border turns it into problem details. Anything else that is thrown is a surprise and answers `unexpected`.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly code: ErrorCode;
  readonly details: RefusalDetails;

  constructor(code: ErrorCode, details: RefusalDetails = {}) {
    super(errorCodes[code].title.en, { cause: details.cause });
    this.code = code;
    this.details = details;
  }
}

/** Reads as a sentence where it is used: `throw refuse('last_admin')`. */
export function refuse(code: ErrorCode, details?: RefusalDetails): Refusal {
  return new Refusal(code, details);
}
