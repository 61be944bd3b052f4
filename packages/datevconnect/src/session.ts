import { createGate, type Gate } from './gate.ts';
import { type Operation, type PathParams, pathOf, type QueryOptions } from './operations.ts';
import type { Transport, WireAnswer } from './transport/transport.ts';

/** One DATEVconnect as one Windows user. Everything that reads takes it as its first argument. */
export interface DatevSession {
  readonly send: Transport;
  readonly gate: Gate;
  readonly signal: AbortSignal | undefined;
  /** Told of each call before it is made. */
  readonly onCall: (operation: Operation) => void;
}

export interface SessionSettings {
  readonly send: Transport;
  /** Calls at once over all users of the session's gate. DATEV states no limit; two are polite (onprem.md A.7). */
  readonly gate?: Gate;
  readonly signal?: AbortSignal;
  readonly onCall?: (operation: Operation) => void;
}

/** Calls at once that a server on which a whole firm works should have to bear. */
export const PARALLEL_CALLS = 2;

/** A session; share one `gate` between the sessions of one server. */
export function createSession(settings: SessionSettings): DatevSession {
  return {
    send: settings.send,
    gate: settings.gate ?? createGate(PARALLEL_CALLS),
    signal: settings.signal,
    onCall: settings.onCall ?? (() => {}),
  };
}

/** Without it: 406 from some systems, XML from others (onprem.md A.2). */
const json = 'application/json; charset=utf-8';

/** Makes one call; its place in the gate is free again when `done` was called. */
export async function openCall<O extends Operation>(
  session: DatevSession,
  operation: O,
  params: PathParams<O>,
  query: QueryOptions,
): Promise<{ answer: WireAnswer; done: () => void }> {
  const path = pathOf(operation, params, query);
  const done = await session.gate.enter();
  try {
    session.signal?.throwIfAborted();
    session.onCall(operation);
    return { answer: await session.send({ path, accept: json, signal: session.signal }), done };
  } catch (error) {
    done();
    throw error;
  }
}
