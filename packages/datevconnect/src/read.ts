import {
  bodyText,
  interpretEnvelope,
  interpretOther,
  interpretRefusal,
  interpretThrown,
  messagesIn,
} from './answers.ts';
import { type ElementsEnd, readElements } from './elements.ts';
import { type Answer, type DatevFailure, type DatevMessage, failure, type ListEnd } from './failure.ts';
import { asFields, type Fields, parseJson } from './lenient.ts';
import type { Operation, PathParams, QueryOptions } from './operations.ts';
import { type DatevSession, openCall } from './session.ts';
import type { WireAnswer } from './transport/transport.ts';

/** Makes a call whose answer is one small JSON value. `read` answers null for a value of another form. */
export async function readOne<O extends Operation, T>(
  session: DatevSession,
  operation: O,
  params: PathParams<O>,
  read: (json: unknown) => T | null,
  query: QueryOptions = {},
): Promise<Answer<T>> {
  let begun = false;
  let done = () => {};
  try {
    const call = await openCall(session, operation, params, query);
    done = call.done;
    begun = true;
    const body = await bodyText(call.answer);
    if (call.answer.status !== 200) return { ok: false, failure: interpretRefusal(call.answer, body) };
    const json = parseJson(body);
    if (json === undefined) return { ok: false, failure: interpretOther(call.answer, body) };
    const envelope = interpretEnvelope(json, call.answer);
    if (envelope !== null) return { ok: false, failure: envelope };
    const value = read(json);
    if (value !== null) return { ok: true, value };
    return { ok: false, failure: failure('unexpected', { status: 200, description: 'answer of another form' }) };
  } catch (thrown) {
    return { ok: false, failure: broken(session, thrown, begun) };
  } finally {
    done();
  }
}

/**
 * Makes a call whose answer is a list and yields its elements in batches while they arrive; memory does not grow with the list.
 * Elements that `read` cannot take (null) are counted, not yielded. Breaking off the loop breaks off the call.
 *
 * After a failure the batches before it may still have come: the caller throws them away.
 */
export async function* readList<O extends Operation, T>(
  session: DatevSession,
  operation: O,
  params: PathParams<O>,
  query: QueryOptions,
  read: (fields: Fields) => T | null,
): AsyncGenerator<T[], ListEnd, undefined> {
  let begun = false;
  let done = () => {};
  try {
    const call = await openCall(session, operation, params, query);
    done = call.done;
    begun = true;
    if (call.answer.status === 200) return yield* listIn(call.answer, read);
    const body = await bodyText(call.answer);
    // Nothing to tell (204): an empty list.
    if (call.answer.status === 204) return { ok: true, elements: 0, unreadable: 0, messages: [] };
    return { ok: false, failure: interpretRefusal(call.answer, body) };
  } catch (thrown) {
    return { ok: false, failure: broken(session, thrown, begun) };
  } finally {
    done();
  }
}

async function* listIn<T>(
  answer: WireAnswer,
  read: (fields: Fields) => T | null,
): AsyncGenerator<T[], ListEnd, undefined> {
  const came = { elements: 0, unreadable: 0, messages: [] as DatevMessage[] };
  const batches = readElements(answer.body);
  try {
    let next = await batches.next();
    for (; !next.done; next = await batches.next()) {
      const batch: T[] = [];
      for (const element of next.value) {
        const fields = asFields(element);
        const value = fields === null ? null : read(fields);
        if (value !== null) batch.push(value);
        const failed = value === null ? strangeElement(element, answer, came) : null;
        if (failed !== null) return { ok: false, failure: failed };
      }
      came.elements += next.value.length;
      if (batch.length > 0) yield batch;
    }
    const failed = failureAtEnd(next.value, answer);
    if (failed !== null) return { ok: false, failure: failed };
    return { ok: true, ...came, elements: came.elements - came.messages.length };
  } finally {
    // Whoever stops listening breaks the answer off; after its end this does nothing.
    await batches.return({ kind: 'cut' });
  }
}

/** An element that could not be read: a message or a failure among the elements (onprem.md A.4, REW11041), or just unreadable. */
function strangeElement(
  element: unknown,
  answer: WireAnswer,
  came: { unreadable: number; messages: DatevMessage[] },
): DatevFailure | null {
  const messages = messagesIn(element);
  if (messages !== null) {
    came.messages.push(...messages);
    return null;
  }
  const envelope = interpretEnvelope(element, answer);
  if (envelope === null) came.unreadable++;
  return envelope;
}

function failureAtEnd(end: ElementsEnd, answer: WireAnswer): DatevFailure | null {
  if (end.kind === 'list') return null;
  if (end.kind === 'cut') return failure('cut', { status: 200, description: 'the list broke off' });
  if (end.kind === 'unreadable') return failure('unexpected', { status: 200, description: 'the list is not JSON' });
  const json = parseJson(end.text.replace(/^\uFEFF/, ''));
  if (json === undefined) return interpretOther(answer, end.text);
  const envelope = interpretEnvelope(json, answer);
  return envelope ?? failure('unexpected', { status: 200, description: 'no list' });
}

function broken(session: DatevSession, thrown: unknown, begun: boolean): DatevFailure {
  if (session.signal?.aborted === true) return failure('cancelled');
  // A wrong parameter is an error of the program that calls and must be seen.
  if (thrown instanceof TypeError) throw thrown;
  return interpretThrown(thrown, begun);
}
