import { problem } from './clients-api.ts';
import { documentError, isDocumentCode } from './documents/errors.ts';
import type { ActiveFault, BodyShape, Fault, FaultEffect } from './fault.ts';
import { isOperationName } from './operations.ts';
import type { State } from './state.ts';
import { type Answer, emptyAnswer, gatewayAnswer, jsonAnswer } from './wire.ts';

/** What the faults say about one call. */
export type Verdict = {
  delayMilliseconds: number;
  effect?: Exclude<FaultEffect, { kind: 'delay' }>;
};

/** @throws Error for an operation or a client that does not exist: such a fault would wait for ever and hit nothing */
export function addFault(state: State, now: number, fault: Fault): string {
  const unknown = namesOf(fault.operation).find((name) => !isOperationName(name));
  if (unknown !== undefined) throw new Error(`no operation ${unknown}`);
  if (fault.clientId !== undefined && !state.index.clients.has(fault.clientId))
    throw new Error(`no client ${fault.clientId} in this world`);
  state.faultNumber += 1;
  const id = `fault-${state.faultNumber}`;
  const until = fault.forMilliseconds === undefined ? {} : { until: now + fault.forMilliseconds };
  state.faults.push({ ...fault, id, ...until });
  return id;
}

/** Picks what happens to a call and counts it. Delays add up; of the others the first that hits wins. */
export function judge(state: State, now: number, operation: string, clientId: string | undefined): Verdict {
  const verdict: Verdict = { delayMilliseconds: 0 };
  if (state.faults.length === 0) return verdict;
  for (const fault of [...state.faults]) {
    if (fault.until !== undefined && now >= fault.until) {
      removeFault(state, fault.id);
      continue;
    }
    if (!matches(fault, operation, clientId)) continue;
    if (fault.effect.kind !== 'delay' && verdict.effect !== undefined) continue;
    if (fault.share !== undefined && state.chance.fraction() >= fault.share) continue;
    if (fault.times !== undefined) {
      fault.times -= 1;
      if (fault.times <= 0) removeFault(state, fault.id);
    }
    count(state, faultLabel(fault.effect));
    if (fault.effect.kind === 'delay') verdict.delayMilliseconds += fault.effect.milliseconds;
    else verdict.effect = fault.effect;
  }
  return verdict;
}

export function removeFault(state: State, id: string): void {
  state.faults = state.faults.filter((fault) => fault.id !== id);
}

/** Short name under which injected faults are counted: `cut-after`, `status-503`, `error-DCO01020`, `delay`. */
export function faultLabel(effect: FaultEffect): string {
  if (effect.kind === 'cut') return `cut-${effect.when}`;
  if (effect.kind === 'delay') return 'delay';
  const suffix = effect.processed === true ? '-processed' : '';
  return effect.kind === 'status' ? `status-${effect.status}${suffix}` : `error-${effect.code}${suffix}`;
}

/** The made-up answer of an `error` or `status` fault, in the shape the called interface would use. */
export function faultAnswer(
  state: State,
  operation: string,
  effect: Extract<FaultEffect, { kind: 'error' | 'status' }>,
): Answer {
  if (effect.kind === 'error') return errorAnswer(state, operation, effect.code, effect.status);
  const headers: Record<string, string> =
    effect.retryAfterSeconds === undefined ? {} : { 'retry-after': String(effect.retryAfterSeconds) };
  const answer = statusAnswer(state, operation, effect.status, effect.shape ?? 'fitting');
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

function errorAnswer(state: State, operation: string, code: string, status: number | undefined): Answer {
  if (isDocumentCode(code)) return documentError(state, code, status);
  if (/^10088\d\d$/.test(code))
    return problem(state, status ?? (code === '1008829' ? 403 : 400), { code, title: 'Error' });
  const login = operation.startsWith('login.');
  return jsonAnswer(status ?? (code === 'invalid_client' ? 401 : 400), login ? { error: code } : { error: `#${code}` });
}

const STATUS_TEXTS: Record<number, string> = {
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
};

function statusAnswer(state: State, operation: string, status: number, shape: BodyShape): Answer {
  const title = STATUS_TEXTS[status] ?? 'Error';
  const requestId = state.ids.guid().toLowerCase();
  switch (shape === 'fitting' ? fittingShape(operation, status) : shape) {
    case 'problem':
      return problem(state, status, { title });
    case 'problem-ade':
      return {
        ...jsonAnswer(status, { type: 'about:blank', title, status, requestId }),
        headers: { 'content-type': 'application/problem+json' },
      };
    case 'error-message':
      return jsonAnswer(status, { request_id: requestId });
    case 'html':
      return { status, headers: { 'content-type': 'text/html' }, body: `<html><body><h1>${title}</h1></body></html>` };
    case 'gateway':
      return gatewayAnswer(status, title, status === 429 ? 'Rate Limit exceeded' : title);
    default:
      return emptyAnswer(status);
  }
}

function fittingShape(operation: string, status: number): BodyShape {
  if (status === 429 || status === 502 || status === 504) return 'gateway';
  if (operation.startsWith('clients')) return 'problem';
  return operation.startsWith('documents') ? 'error-message' : 'empty';
}

function matches(fault: ActiveFault, operation: string, clientId: string | undefined): boolean {
  if (fault.clientId !== undefined && fault.clientId !== clientId) return false;
  if (fault.operation === undefined) return true;
  return namesOf(fault.operation).some((name) => operation === name || operation.startsWith(`${name}.`));
}

function namesOf(operation: Fault['operation']): readonly string[] {
  return typeof operation === 'string' ? [operation] : (operation ?? []);
}

function count(state: State, label: string): void {
  state.faultCounts.set(label, (state.faultCounts.get(label) ?? 0) + 1);
}
