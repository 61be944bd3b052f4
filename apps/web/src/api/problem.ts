import type { Problem } from '@bruecke/contract';
import type { Language } from '../i18n/language.ts';
import type { Texts } from '../i18n/texts.ts';
import type { ErrorWords } from '../ui/States.tsx';

/** The server refused, and says why (RFC 9457). */
export class Refusal extends Error {
  readonly problem: Problem;
  constructor(problem: Problem) {
    super(problem.code);
    this.name = 'Refusal';
    this.problem = problem;
  }
}

/** No answer, or one that is not ours: connection gone, proxy page, broken JSON. */
export class NoAnswer extends Error {
  readonly kind: 'offline' | 'unexpected';
  readonly requestId: string | null;
  constructor(kind: 'offline' | 'unexpected', requestId: string | null, cause?: unknown) {
    super(kind, { cause });
    this.name = 'NoAnswer';
    this.kind = kind;
    this.requestId = requestId;
  }
}

/** Reads a problem document leniently: what stands between us and the server may answer in its place. */
export function readProblem(body: unknown): Problem | null {
  if (typeof body !== 'object' || body === null) return null;
  const hasShape = 'code' in body && typeof body.code === 'string' && 'messages' in body && 'next' in body;
  // The contract's test of the server guarantees the rest of the shape; here only "is it ours" matters.
  return hasShape ? (body as Problem) : null;
}

export const isRefusal = (error: unknown, ...codes: string[]): error is Refusal =>
  error instanceof Refusal && (codes.length === 0 || codes.includes(error.problem.code));

/** The server says that what was shown is this person's no longer: a cut, an assignment that ended. */
export const isTakenAway = (error: unknown): boolean => isRefusal(error, 'not_found', 'right_missing');

/** The one translator from an error to sentences: what happened, why, what next, who can. */
export function errorWords(error: unknown, language: Language, texts: Texts): ErrorWords {
  const { problem: words } = texts.basics;
  if (error instanceof Refusal) {
    const { problem } = error;
    return {
      what: problem.messages[language],
      why: problem.detail?.[language],
      next: problem.next[language],
      who: problem.whoCanAct === 'you' ? undefined : words.whoCanAct[problem.whoCanAct],
      reference: problem.status >= 500 ? problem.requestId : undefined,
    };
  }
  if (error instanceof NoAnswer && error.kind === 'offline') return { what: words.offline, next: words.offlineNext };
  const reference = error instanceof NoAnswer ? (error.requestId ?? undefined) : undefined;
  return {
    what: words.unexpected,
    next: reference ? words.unexpectedNextWithReference : words.unexpectedNext,
    reference,
  };
}

/**
 * The fields a refusal complains about, by the last part of their path ("fields.date" → "date"), each with
 * our own sentence: the server's messages are those of its validator, in English.
 */
export function fieldErrors(error: unknown, sentence: string): Readonly<Record<string, string>> {
  if (!(error instanceof Refusal)) return {};
  return Object.fromEntries(
    (error.problem.fields ?? []).map((field) => [field.path.split('.').at(-1) ?? field.path, sentence]),
  );
}
